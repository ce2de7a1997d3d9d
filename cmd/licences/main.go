// Command licences lists every module that is compiled into prystan with its
// licence, and gathers the texts that must accompany the program.
//
//	go run ./cmd/licences > docs/licences.md
//	go run ./cmd/licences -texts FOLDER
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	texts := flag.String("texts", "", "folder to copy the licence texts into, instead of printing the list")
	flag.Parse()
	if err := run(os.Stdout, *texts); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, texts string) error {
	modules, err := compiledIn()
	if err != nil {
		return err
	}
	if texts != "" {
		return writeTexts(texts, modules)
	}
	return writeList(w, modules)
}

// module is a module of somebody else's that is compiled into the program.
type module struct {
	path, version string
	dir           string
	texts         []string // licences and notices, relative to dir; the module's own licence first
	licence       string   // SPDX identifiers of its own licence
}

// architectures are those the program is released for, all on Linux. The list
// holds what any of them contains.
var architectures = []string{"amd64", "arm64"}

// compiledIn returns the modules compiled into the program, by path.
func compiledIn() ([]module, error) {
	all := map[string]*module{}
	folders := map[string]map[string]bool{} // by module: those whose packages are used, and those above them
	for _, architecture := range architectures {
		packages, err := list(architecture)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			if p.Standard || p.Module == nil || p.Module.Main {
				continue
			}
			if p.Module.Replace != nil {
				return nil, fmt.Errorf("%s is replaced: its licence is not that of the module named", p.Module.Path)
			}
			m := p.Module
			if all[m.Path] == nil {
				all[m.Path] = &module{path: m.Path, version: m.Version, dir: m.Dir}
				folders[m.Path] = map[string]bool{}
			}
			for dir := p.Dir; len(dir) >= len(m.Dir); dir = filepath.Dir(dir) {
				folders[m.Path][dir] = true
			}
		}
	}
	var modules []module
	for _, path := range slices.Sorted(maps.Keys(all)) {
		m := all[path]
		if err := m.read(folders[path]); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		modules = append(modules, *m)
	}
	return modules, nil
}

type listed struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
		Replace            *struct{ Path string }
	}
}

// list asks the Go command what the program is made of.
func list(architecture string) ([]listed, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Dir,Standard,Module", "prystan/cmd/prystan")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var packages []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		packages = append(packages, p)
	}
}

var (
	ownLicence = regexp.MustCompile(`(?i)^(licen[cs]e|copying)(\.(md|txt))?$`)
	anyText    = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|third[-_]party)`)
)

// read finds the module's licence and everything else of its kind in the
// folders that are used.
func (m *module) read(folders map[string]bool) error {
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return err
		}
		for _, e := range entries {
			path := filepath.Join(folder, e.Name())
			name, err := filepath.Rel(m.dir, path)
			switch {
			case err != nil:
				return err
			case strings.HasSuffix(name, ".go") || !anyText.MatchString(e.Name()):
			case folder == m.dir && m.licence == "" && ownLicence.MatchString(e.Name()):
				text, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				if m.licence, err = identify(string(text)); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				m.texts = slices.Insert(m.texts, 0, name)
			default:
				m.texts = append(m.texts, name)
			}
		}
	}
	if m.licence == "" {
		return errors.New("no licence found")
	}
	return nil
}

// marks are sentences that only one licence holds, in lower case with single
// spaces.
var marks = []struct{ licence, sentence string }{
	{"Apache-2.0", "apache license version 2.0, january 2004"},
	{"Apache-2.0", "licensed under the apache license, version 2.0"},
	{"BSD-2-Clause", "redistribution and use in source and binary forms"},
	{"BSD-3-Clause", "neither the name"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"ISC", "permission to use, copy, modify, and distribute this software for any purpose"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"ODbL-1.0", "the odc open database license (odbl)"},
	{"ODbL-1.0", "odc open database license (odbl) ### preamble"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"GPL", "gnu general public license"},
	{"LGPL", "gnu lesser general public license"},
	{"AGPL", "gnu affero general public license"},
}

// mayShip are the licences under which a part may be compiled in.
var mayShip = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "ODbL-1.0", "Unlicense"}

// identify names the licences that a text holds, as SPDX identifiers. An
// unknown one, or one that may not ship, is an error: somebody has to read it.
func identify(text string) (string, error) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	var found []string
	for _, m := range marks {
		if strings.Contains(text, m.sentence) && !slices.Contains(found, m.licence) {
			found = append(found, m.licence)
		}
	}
	if slices.Contains(found, "MPL-2.0") { // it names the GNU licences as secondary ones
		found = []string{"MPL-2.0"}
	}
	// The longer BSD licence holds the sentences of the shorter one.
	if slices.Contains(found, "BSD-3-Clause") {
		found = slices.DeleteFunc(found, func(l string) bool { return l == "BSD-2-Clause" })
	}
	if len(found) == 0 {
		return "", errors.New("unknown licence")
	}
	for _, l := range found {
		if !slices.Contains(mayShip, l) {
			return "", fmt.Errorf("licence %s may not be compiled in", l)
		}
	}
	return strings.Join(found, " AND "), nil
}

// writeList prints docs/licences.md.
func writeList(w io.Writer, modules []module) error {
	var b strings.Builder
	b.WriteString(`# Licences

What is compiled into ` + "`prystan`" + ` (Linux, ` + strings.Join(architectures, " and ") + `) besides its own code. A test holds this list current; after a change
of modules write it anew with ` + "`go run ./cmd/licences > docs/licences.md`" + `.

The full texts stand in the container image under ` + "`/licences`" + ` and come from ` + "`go run ./cmd/licences -texts FOLDER`" + `.
Prystan's own licence is in [LICENSE](../LICENSE).

| module | version | licence | further notices in the module |
|---|---|---|---|
| Go standard library and runtime | that of the build | BSD-3-Clause | ` + "`PATENTS`" + ` |
`)
	for _, m := range modules {
		further := make([]string, 0, len(m.texts))
		for _, t := range m.texts[1:] {
			further = append(further, "`"+filepath.ToSlash(t)+"`")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.path, m.version, m.licence, strings.Join(further, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeTexts copies all texts into a folder for each module, and those of Go.
func writeTexts(folder string, modules []module) error {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	goroot := strings.TrimSpace(string(out))
	for _, name := range []string{"LICENSE", "PATENTS"} {
		if err := copyTree(filepath.Join(goroot, name), filepath.Join(folder, "go", name)); err != nil {
			return err
		}
	}
	for _, m := range modules {
		for _, t := range m.texts {
			to := filepath.Join(folder, filepath.FromSlash(m.path)+"@"+m.version, t)
			if err := copyTree(filepath.Join(m.dir, t), to); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyTree copies a file, or the files below a folder, readable by all.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}
