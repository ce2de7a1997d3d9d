// Command prystan is the whole product in one program: the Telegram bot, the
// web chat, and the commands with which an operator looks after them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // an image from scratch has no zone files
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // one clear line stands on standard error
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], world{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}))
}

// world is everything outside the program that a command may touch.
type world struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

// command is one subcommand. flags registers its own flags and returns what
// runs it with the arguments left over. Every command accepts every setting, so
// that one environment serves all; heeds are those that its help tells of.
type command struct {
	name, arguments, purpose string
	heeds                    []string // flags of settings; nil: all
	flags                    func(*flag.FlagSet, *settings) func(context.Context, world, []string) error
}

func commands() []command {
	database := []string{"database"}
	return []command{
		{"serve", "", "runs the Telegram bot (when a token is set) and the web chat", nil, serveCommand},
		{"ask", "[--lang L] [--country C] [--json] TEXT", "answers one question on the terminal; --batch and --dialogue read files", database, askCommand},
		{"editor", "add --role R [--country C …] NAME | list | remove NAME | link NAME", "says who may use the desk; link prints a sign-in address that works once", []string{"database", "key-file", "public-url", "listen"}, editorCommand},
		{"import", "FILE [--dry-run] [--skip-invalid] [--format F]", "makes proposals of a file: xlsx, csv, yaml or hsds, - for standard input; exit 1 if rows are invalid", []string{"database", "public-url", "listen"}, importCommand},
		{"export", "FILE [--format F] [--country C] [--kind K] [--force]", "writes what is public to a file: xlsx, csv, yaml or hsds, - for standard output", database, exportCommand},
		{"backup", "FILE [--force]", "makes a checked copy of the database, also while the service runs", database, backupCommand},
		{"restore", "FILE [--force]", "puts a copy in the place of the database and keeps what it replaced", database, restoreCommand},
		{"check", "", "verifies schema, facts and texts of the database; exit 1 with a list of what is wrong", database, checkCommand},
		{"health", "", "asks the running service whether it can answer; for container health checks", []string{"listen"}, healthCommand},
		{"version", "", "prints version, commit and Go version", []string{}, versionCommand},
	}
}

// errUsage marks an error of the person who called the program.
var errUsage = errors.New("wrong usage")

// run obeys the arguments and returns the exit code.
func run(ctx context.Context, args []string, w world) int {
	if len(args) == 0 {
		usage(w.stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "--help", "-help", "-h":
		usage(w.stdout)
		return exitDone
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return runCommand(ctx, c, args[1:], w)
		}
	}
	fmt.Fprintf(w.stderr, "prystan: %q is no command; prystan --help lists them\n", args[0])
	return exitUsage
}

func runCommand(ctx context.Context, c command, args []string, w world) int {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	s, err := newSettings(fs, w.getenv)
	if err != nil {
		fmt.Fprintf(w.stderr, "prystan %s: %v\n", c.name, err)
		return exitUsage
	}
	do := c.flags(fs, s)
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		commandUsage(w.stdout, c, fs)
		return exitDone
	case err != nil:
		fmt.Fprintf(w.stderr, "prystan %s: %v\n", c.name, err)
		return exitUsage
	}
	if err := s.check(); err != nil {
		fmt.Fprintf(w.stderr, "prystan %s: %v\n", c.name, err)
		return exitUsage
	}
	switch err := do(ctx, w, fs.Args()); {
	case errors.Is(err, errUsage):
		fmt.Fprintf(w.stderr, "prystan %s: %v\n", c.name, err)
		return exitUsage
	case err != nil:
		fmt.Fprintf(w.stderr, "prystan %s: %s\n", c.name, oneLine(err))
		return exitFailed
	}
	return exitDone
}

// oneLine writes an error on one line: joined errors come with line breaks.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

func usage(w io.Writer) {
	fmt.Fprintf(w, "prystan helps people displaced from Ukraine, in Telegram and on the web.\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  prystan %-8s %s\n", c.name, c.purpose)
	}
	fmt.Fprintf(w, "\nprystan COMMAND --help tells the flags of a command.\n")
}

func commandUsage(w io.Writer, c command, fs *flag.FlagSet) {
	fmt.Fprintf(w, "usage: %s\n%s\n\n", strings.TrimSpace("prystan "+c.name+" "+c.arguments), c.purpose)
	told := flag.NewFlagSet(c.name, flag.ContinueOnError)
	told.SetOutput(w)
	fs.VisitAll(func(f *flag.Flag) {
		if c.heeds == nil || !isSetting(f.Name) || slices.Contains(c.heeds, f.Name) {
			told.Var(f.Value, f.Name, f.Usage)
			told.Lookup(f.Name).DefValue = f.DefValue
		}
	})
	told.PrintDefaults()
}

// isSetting reports whether a flag belongs to the settings table.
func isSetting(name string) bool {
	return slices.ContainsFunc(new(settings).table(), func(row setting) bool { return row.flag == name })
}
