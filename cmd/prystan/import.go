package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"prystan/bot"
	"prystan/bot/directory"
	"prystan/bot/exchange"
	"prystan/bot/facts"
	"prystan/bot/intake"
	"prystan/bot/sqlite"
)

// importing are the flags of `import`.
type importing struct {
	format         string
	dryRun, skip   bool
	reason, source string
}

func importCommand(fs *flag.FlagSet, s *settings) func(context.Context, world, []string) error {
	i := &importing{}
	fs.StringVar(&i.format, "format", "", "xlsx, csv, yaml or hsds (default: by content and name of FILE)")
	fs.BoolVar(&i.dryRun, "dry-run", false, "show what would change, and make no proposal")
	fs.BoolVar(&i.skip, "skip-invalid", false, "import the other rows where some are invalid")
	fs.StringVar(&i.reason, "reason", "imported by the operator", "why, for whoever checks the proposals")
	fs.StringVar(&i.source, "source", "", "who says so, for whoever checks the proposals (default: the name of FILE)")
	return func(ctx context.Context, w world, args []string) error {
		file, err := oneFile(fs, args)
		if err != nil {
			return err
		}
		name, err := i.check(file)
		if err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
		return withStock(ctx, w, s, func(k *stock) error { return i.run(ctx, w, s, k, file, name) })
	}
}

// check returns the name by which the format of the file is told.
func (i *importing) check(file string) (string, error) {
	if file == "-" && i.format == "" {
		return "", errors.New("standard input needs --format " + words(exchange.Formats()))
	}
	name := filepath.Base(file)
	if i.format != "" {
		format, err := formatOf(i.format, file)
		if err != nil {
			return "", err
		}
		i.format = string(format)
		name = strings.TrimSuffix(name, filepath.Ext(name)) + format.Extension()
	}
	if i.source == "" {
		i.source = "file " + filepath.Base(file)
		if file == "-" {
			i.source = "standard input"
		}
	}
	for _, text := range []string{i.reason, i.source} {
		if strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > directory.MaxWords {
			return "", fmt.Errorf("--reason and --source need at most %d letters each, and at least one", directory.MaxWords)
		}
	}
	return name, nil
}

// stock is what files are made of and held against: the records that stand, and
// who makes proposals of what is new.
type stock struct {
	now    intake.Standing
	keeper *directory.Keeper
}

// withStock opens the database, also while the service runs, for as long as use
// takes.
func withStock(ctx context.Context, w world, s *settings, use func(*stock) error) error {
	if err := s.beforeMigration(ctx, newLog(w.stderr, s)); err != nil {
		return s.advise(ctx, err)
	}
	db, err := sqlite.Open(ctx, s.database)
	if err != nil {
		return s.advise(ctx, err)
	}
	k, err := newStock(ctx, db)
	if err == nil {
		err = use(k)
	}
	return s.advise(ctx, errors.Join(err, db.Close()))
}

func newStock(ctx context.Context, db *sqlite.DB) (*stock, error) {
	records, err := shipped()
	if err != nil {
		return nil, err
	}
	if _, err := db.Seed(ctx, records); err != nil {
		return nil, err
	}
	k := &stock{}
	if k.now.Revisions, err = db.Revisions(ctx); err != nil {
		return nil, err
	}
	if k.now.Records, err = db.Records(ctx); err != nil {
		return nil, err
	}
	k.keeper = directory.NewKeeper(db, still{bot.NewDirectory(k.now.Records)}, facts.CheckPhones, time.Now)
	return k, nil
}

// still is a directory that proposals are made against. Nobody is answered from
// it, so nothing is published to it: that is for the service.
type still struct{ directory *bot.Directory }

func (s still) Directory() *bot.Directory { return s.directory }

func (s still) Publish(bot.Records) error { return errors.New("only the service publishes") }

func (i *importing) run(ctx context.Context, w world, s *settings, k *stock, file, name string) error {
	in, err := i.read(w, k, file, name)
	if err != nil {
		return err
	}
	if err := report(w.stdout, in); err != nil {
		return err
	}
	switch invalid := in.Count(exchange.Invalid); {
	case len(in.Faults) > 0:
		return fmt.Errorf("the directory would be wrong with %s: %w; nothing was imported", file, errors.Join(in.Faults...))
	case invalid > 0 && !i.skip:
		return fmt.Errorf("rows that are invalid: %d; nothing was imported (--skip-invalid imports the others)", invalid)
	case i.dryRun && len(in.Drafts) > 0:
		fmt.Fprintf(w.stdout, "proposals that an import would make: %d\n", len(in.Drafts))
		return nil
	case len(in.Drafts) == 0:
		fmt.Fprintln(w.stdout, "nothing would change")
		return nil
	}
	return i.propose(ctx, w, s, k, in)
}

// read reads the file and holds it against the directory.
func (i *importing) read(w world, k *stock, file, name string) (*intake.Intake, error) {
	from := w.stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	line := newProgress(w.stderr, "reading "+name)
	defer line.end()
	in, err := intake.Read(from, name, bot.Editor{}, k.now, line.tell)
	if err == nil && i.format != "" && i.format != string(in.Format) {
		err = fmt.Errorf("%s is %s, not %s", file, in.Format, i.format)
	}
	return in, err
}

// report says row by row what a file would change; of rows that are unchanged,
// how many.
func report(w io.Writer, in *intake.Intake) error {
	out := bufio.NewWriter(w)
	for _, n := range in.Notes {
		fmt.Fprintf(out, "note: %v\n", n)
	}
	for n := range in.Rows {
		row := &in.Rows[n]
		if row.State == exchange.Unchanged {
			continue
		}
		state := string(row.State)
		if row.Left != "" {
			state = "left out"
		}
		fmt.Fprintf(out, "%s\t%s\t%s\n", row.Where, state, row.Record.Ref)
		if row.Left == intake.Needs {
			fmt.Fprintf(out, "\tneeds %s, which is not imported\n", row.Needed)
		}
		for _, p := range row.Problems {
			fmt.Fprintf(out, "\t%v\n", p)
		}
		for _, d := range row.Differences {
			fmt.Fprintf(out, "\t%s: %q -> %q\n", d.Field, d.Before, d.After)
		}
	}
	fmt.Fprintf(out, "rows: %d new, %d changed, %d unchanged, %d invalid, %d left out\n",
		in.Count(exchange.New), in.Count(exchange.Changed), in.Count(exchange.Unchanged), in.Count(exchange.Invalid), in.LeftOut())
	return out.Flush()
}

// propose makes a proposal for each country.
func (i *importing) propose(ctx context.Context, w world, s *settings, k *stock, in *intake.Intake) error {
	line := newProgress(w.stderr, "proposing")
	defer line.end()
	address := s.deskAddress(s.listen) + "/desk/proposals"
	var made []string
	waiting := 0
	for n, d := range in.Drafts {
		id, err := k.keeper.Propose(ctx, 0, directory.Draft{Origin: directory.FromFile, Reason: i.reason, Source: i.source, Changes: d.Changes})
		if errors.Is(err, directory.ErrWaits) {
			waiting++
			continue
		}
		if err != nil {
			line.end()
			i.tell(w, address, made)
			return fmt.Errorf("proposing what is about %s: %w", about(d.Country), err)
		}
		made = append(made, fmt.Sprintf("%s/%d\t%s, records: %d", address, id, about(d.Country), len(d.Changes)))
		line.tell(n+1, len(in.Drafts))
	}
	line.end()
	i.tell(w, address, made)
	if waiting > 0 {
		fmt.Fprintf(w.stdout, "proposals that wait already with the same changes: %d, see %s\n", waiting, address)
	}
	return nil
}

func about(c bot.Country) string {
	if c == "" {
		return "no country or several"
	}
	return string(c)
}

// tell says which proposals were made, and where editors publish them.
func (i *importing) tell(w world, address string, made []string) {
	if len(made) == 0 {
		return
	}
	fmt.Fprintf(w.stdout, "proposals made: %d; editors publish them at %s\n%s\n", len(made), address, strings.Join(made, "\n"))
}
