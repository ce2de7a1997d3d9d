package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"prystan/bot"
	"prystan/bot/exchange"
)

// exporting are the flags of `export`.
type exporting struct {
	format, country, kind string
	force                 bool
}

func exportCommand(fs *flag.FlagSet, s *settings) func(context.Context, world, []string) error {
	e := &exporting{}
	fs.StringVar(&e.format, "format", "", "xlsx, csv, yaml or hsds (default: as FILE is called; .json is hsds)")
	fs.StringVar(&e.country, "country", "", "only what is about this country, ISO 3166-1 alpha-2")
	fs.StringVar(&e.kind, "kind", "", "only records of this kind, not with hsds: "+words(bot.Kinds())+" (default: all; with csv: service)")
	fs.BoolVar(&e.force, "force", false, "replace FILE")
	return func(ctx context.Context, w world, args []string) error {
		file, err := oneFile(fs, args)
		if err != nil {
			return err
		}
		format, err := e.check(file)
		if err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
		if err := s.mayWrite(file, e.force); err != nil {
			return err
		}
		return withStock(ctx, w, s, func(k *stock) error {
			records := k.now.Records
			if e.country != "" {
				records = exchange.About(records, bot.Country(e.country))
			}
			return writeFile(file, e.force, w, func(out io.Writer) error {
				return exchange.WriteChosen(out, format, bot.Kind(e.kind), records)
			})
		})
	}
}

// check returns the format that the flags and the name of the file ask for.
func (e *exporting) check(file string) (exchange.Format, error) {
	e.country = strings.ToUpper(e.country)
	format, err := formatOf(e.format, file)
	switch {
	case err != nil:
		return "", err
	case e.country != "" && !bot.Country(e.country).Known():
		return "", fmt.Errorf("country %q is not one of ours", e.country)
	case e.kind != "" && !bot.Kind(e.kind).Known():
		return "", fmt.Errorf("kind %q is none of %s", e.kind, words(bot.Kinds()))
	case e.kind != "" && format == exchange.HSDS:
		return "", errors.New("hsds holds services with what belongs to them and takes no --kind")
	}
	return format, nil
}

// formatOf returns the format that a flag names or a name ends with.
func formatOf(flag, file string) (exchange.Format, error) {
	if flag != "" {
		if f := exchange.Format(strings.ToLower(flag)); slices.Contains(exchange.Formats(), f) {
			return f, nil
		}
		return "", fmt.Errorf("format %q is none of %s", flag, words(exchange.Formats()))
	}
	extension := strings.ToLower(filepath.Ext(file))
	if extension == ".yml" {
		return exchange.YAML, nil
	}
	for _, f := range exchange.Formats() {
		if f.Extension() == extension {
			return f, nil
		}
	}
	return "", fmt.Errorf("%s does not tell its format: name it with --format %s", file, words(exchange.Formats()))
}

func words[T ~string](all []T) string {
	parts := make([]string, len(all))
	for i, v := range all {
		parts[i] = string(v)
	}
	return strings.Join(parts, ", ")
}

// mayWrite refuses to put something in the place of a file, unless told so, and
// of the database or its key in any case.
func (s *settings) mayWrite(file string, force bool) error {
	if file == "-" {
		return nil
	}
	there, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !there.Mode().IsRegular():
		return fmt.Errorf("%s is no file", file)
	}
	for _, own := range []string{s.database, s.keyPath()} {
		if info, err := os.Stat(own); err == nil && os.SameFile(info, there) {
			return fmt.Errorf("%s belongs to Prystan itself; give the export another name", file)
		}
	}
	if !force {
		return fmt.Errorf("%s exists; --force replaces it", file)
	}
	return nil
}

// writeFile writes a file as a whole or not at all: beside its place first. "-"
// is standard output.
func writeFile(file string, force bool, w world, content func(io.Writer) error) error {
	if file == "-" {
		out := bufio.NewWriter(w.stdout)
		return errors.Join(content(out), out.Flush())
	}
	beside := filepath.Join(filepath.Dir(file), "."+filepath.Base(file)+"."+rand.Text()[:8])
	out, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer os.Remove(beside)
	buffer := bufio.NewWriter(out)
	err = content(buffer)
	if err == nil {
		err = errors.Join(buffer.Flush(), out.Sync())
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if err := put(beside, file, force); err != nil {
		return err
	}
	fmt.Fprintf(w.stdout, "%s is written\n", file)
	return nil
}

// put gives a file its name. Unless forced, it replaces none that somebody made
// meanwhile, where the file system can tell.
func put(beside, file string, force bool) error {
	if !force {
		err := os.Link(beside, file)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s exists; --force replaces it", file)
		}
	}
	return os.Rename(beside, file)
}
