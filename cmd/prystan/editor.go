package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"prystan/bot"
	"prystan/bot/access"
	"prystan/bot/sqlite"
)

// editorFlags are what is said of somebody new.
type editorFlags struct {
	role, language           string
	countries, organizations []string
}

func editorCommand(fs *flag.FlagSet, s *settings) func(context.Context, world, []string) error {
	f := &editorFlags{}
	fs.StringVar(&f.role, "role", "", "add: contributor (proposes), editor (publishes) or administrator (looks after people too)")
	fs.StringVar(&f.language, "language", string(bot.English), "add: of the desk: "+deskLanguages())
	fs.Func("country", "add: a country that the rights reach, ISO 3166-1 alpha-2; may stand several times (default: all)", func(v string) error {
		f.countries = append(f.countries, strings.ToUpper(v))
		return nil
	})
	fs.Func("organization", "add: ID of an organization that the rights reach; may stand several times (default: all)", func(v string) error {
		f.organizations = append(f.organizations, v)
		return nil
	})
	return func(ctx context.Context, w world, args []string) error {
		words, err := s.words(fs, args)
		if errors.Is(err, flag.ErrHelp) {
			i := slices.IndexFunc(commands(), func(c command) bool { return c.name == fs.Name() })
			commandUsage(w.stdout, commands()[i], fs)
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
		verb, name := "", ""
		if len(words) > 0 {
			verb, name = words[0], strings.Join(words[1:], " ")
		}
		do, err := f.verb(fs, verb, name)
		if err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
		return withDoor(ctx, w, s, func(o *doorkeeper) error { return do(ctx, o, name) })
	}
}

// words returns the arguments that are no flags; flags may stand among them.
func (s *settings) words(fs *flag.FlagSet, args []string) (words []string, err error) {
	for len(args) > 0 {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		if args = fs.Args(); len(args) > 0 {
			words, args = append(words, args[0]), args[1:]
		}
	}
	// Settings that stood behind a word are not checked yet. Secrets are, and
	// nothing here needs them.
	now := *s
	now.token, now.tokenFile, now.webhookSecret, now.secretFile = "", "", "", ""
	err = now.check()
	s.publicURL = now.publicURL
	return words, err
}

// verb returns what a word of the command line does.
func (f *editorFlags) verb(fs *flag.FlagSet, verb, name string) (func(context.Context, *doorkeeper, string) error, error) {
	var do func(context.Context, *doorkeeper, string) error
	switch verb {
	case "add":
		do = f.add
	case "list":
		do = list
	case "remove":
		do = remove
	case "link":
		do = link
	case "":
		return nil, errors.New("add, list, remove or link is missing")
	default:
		return nil, fmt.Errorf("%q is not add, list, remove or link", verb)
	}
	if (verb == "list") != (name == "") {
		if name == "" {
			return nil, errors.New("NAME is missing")
		}
		return nil, fmt.Errorf("list takes no NAME, not %q", name)
	}
	if verb == "add" {
		return do, f.check()
	}
	var err error
	fs.Visit(func(set *flag.Flag) {
		if !isSetting(set.Name) {
			err = fmt.Errorf("%s takes no --%s", verb, set.Name)
		}
	})
	return do, err
}

// check returns what was said of somebody new that cannot be.
func (f *editorFlags) check() error {
	if f.role == "" {
		return errors.New("--role is missing: contributor, editor or administrator")
	}
	if !bot.Role(f.role).Known() {
		return fmt.Errorf("role %q is not contributor, editor or administrator", f.role)
	}
	if !slices.Contains(bot.DeskLanguages(), bot.Language(f.language)) {
		return fmt.Errorf("language %q is none of the desk's: %s", f.language, deskLanguages())
	}
	for _, c := range f.countries {
		if !bot.Country(c).Known() {
			return fmt.Errorf("country %q is not one of ours", c)
		}
	}
	return nil
}

func deskLanguages() string {
	var all []string
	for _, l := range bot.DeskLanguages() {
		all = append(all, string(l))
	}
	return strings.Join(all, ", ")
}

// doorkeeper is the operator at the door of the desk.
type doorkeeper struct {
	world
	db   *sqlite.DB
	door *access.Door
}

// withDoor opens the database, also while the service runs, for as long as use
// takes.
func withDoor(ctx context.Context, w world, s *settings, use func(*doorkeeper) error) error {
	if err := s.beforeMigration(ctx, newLog(w.stderr, s)); err != nil {
		return s.advise(ctx, err)
	}
	db, err := sqlite.Open(ctx, s.database)
	if err != nil {
		return s.advise(ctx, err)
	}
	door, err := newDoor(db, s, s.deskAddress(s.listen))
	if err == nil {
		err = use(&doorkeeper{world: w, db: db, door: door})
	}
	return s.advise(ctx, errors.Join(err, db.Close()))
}

// newDoor returns the door of a desk that browsers reach under address.
func newDoor(db *sqlite.DB, s *settings, address string) (*access.Door, error) {
	key, err := readKey(s.keyPath())
	if err != nil {
		return nil, err
	}
	store, err := sqlite.NewAccess(db, key)
	if err != nil {
		return nil, err
	}
	return access.NewDoor(store, address, time.Now)
}

func (f *editorFlags) add(ctx context.Context, o *doorkeeper, name string) error {
	e := bot.Editor{Name: name, Role: bot.Role(f.role), Language: bot.Language(f.language), Organizations: f.organizations, Monthly: true}
	for _, c := range f.countries {
		e.Countries = append(e.Countries, bot.Country(c))
	}
	if len(f.organizations) > 0 { // which must be there, also in a new database
		records, err := shipped()
		if err != nil {
			return err
		}
		if _, err := o.db.Seed(ctx, records); err != nil {
			return err
		}
	}
	if _, err := o.door.Add(ctx, 0, e); err != nil {
		if errors.Is(err, access.ErrName) {
			return fmt.Errorf("there is an editor named %q already", name)
		}
		return err
	}
	fmt.Fprintf(o.stdout, "%s may use the desk as %s; prystan editor link %q prints the way in\n", name, e.Role, name)
	return nil
}

func list(ctx context.Context, o *doorkeeper, _ string) error {
	all, err := o.door.People(ctx, 0)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(o.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tROLE\tCOUNTRIES\tORGANIZATIONS\tLANGUAGE")
	for _, e := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", e.Name, e.Role, orAll(e.Countries), orAll(e.Organizations), e.Language)
	}
	return table.Flush()
}

func orAll[T ~string](some []T) string {
	if len(some) == 0 {
		return "all"
	}
	parts := make([]string, len(some))
	for i, v := range some {
		parts[i] = string(v)
	}
	return strings.Join(parts, " ")
}

// named returns the editor with a name.
func (o *doorkeeper) named(ctx context.Context, name string) (bot.Editor, error) {
	all, err := o.door.People(ctx, 0)
	if err != nil {
		return bot.Editor{}, err
	}
	i := slices.IndexFunc(all, func(e bot.Editor) bool { return e.Name == name })
	if i < 0 {
		return bot.Editor{}, fmt.Errorf("there is no editor named %q; prystan editor list shows all", name)
	}
	return all[i], nil
}

func remove(ctx context.Context, o *doorkeeper, name string) error {
	e, err := o.named(ctx, name)
	if err != nil {
		return err
	}
	if err := o.door.Remove(ctx, 0, e.ID); err != nil {
		if errors.Is(err, access.ErrLast) {
			return fmt.Errorf("%s is the last administrator; add another first", name)
		}
		return err
	}
	fmt.Fprintf(o.stdout, "%s may not use the desk any more; what they did stays in its history\n", name)
	return nil
}

func link(ctx context.Context, o *doorkeeper, name string) error {
	e, err := o.named(ctx, name)
	if err != nil {
		return err
	}
	secret, err := o.door.MakeLink(ctx, 0, e.ID, access.SignIn)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.stdout, "%s\nsigns %s in once, within the next %d minutes\n", o.door.SignInAddress(secret), name, access.LinkLife/time.Minute)
	return nil
}
