package metrics_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// logged returns the keys of every log line in the program, with the place of
// one line that has it.
func logged(t *testing.T) map[string]string {
	t.Helper()
	keys := make(map[string]string)
	files := token.NewFileSet()
	for _, root := range []string{"..", "../../cmd", "../../locales"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				for _, arg := range fields(call) {
					key, err := strconv.Unquote(arg.(*ast.BasicLit).Value)
					if err == nil {
						keys[key] = files.Position(arg.Pos()).String()
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

// before is how many arguments of a method of slog.Logger come before the keys.
var before = map[string]int{"Debug": 1, "Info": 1, "Warn": 1, "Error": 1, "Log": 3, "With": 0}

// fields returns the keys of a call if it logs.
func fields(call *ast.CallExpr) (keys []ast.Expr) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	skip, ok := before[method.Sel.Name]
	if !ok || !toLog(method.X) || len(call.Args) < skip {
		return nil
	}
	for i, arg := range call.Args[skip:] {
		if lit, ok := arg.(*ast.BasicLit); ok && i%2 == 0 && lit.Kind == token.STRING {
			keys = append(keys, arg)
		}
	}
	return keys
}

// toLog reports whether what a method is called on is named like a logger.
func toLog(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return strings.EqualFold(x.Name, "log")
	case *ast.SelectorExpr:
		return strings.EqualFold(x.Sel.Name, "log")
	}
	return false
}

var listedForm = regexp.MustCompile("(?m)^\\| (`[^|]*`) \\|")

func TestTheHandbookListsEveryKeyOfTheLog(t *testing.T) {
	raw, err := os.ReadFile("../../docs/handbook/logs.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := []string{"time", "level", "msg"} // of every line
	for _, found := range listedForm.FindAllStringSubmatch(string(raw), -1) {
		for key := range strings.SplitSeq(found[1], ", ") {
			listed = append(listed, strings.Trim(key, "`"))
		}
	}
	keys := logged(t)
	if len(keys) < 10 {
		t.Fatalf("only %d keys were found in the program: the test is blind", len(keys))
	}
	for key, where := range keys {
		if !slices.Contains(listed, key) {
			t.Errorf("%s logs %q, which docs/handbook/logs.md does not list", where, key)
		}
	}
	for _, key := range listed[3:] {
		if keys[key] == "" {
			t.Errorf("docs/handbook/logs.md lists %q, which nothing logs", key)
		}
	}
}
