package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"prystan/bot/sqlite"
)

func backupCommand(fs *flag.FlagSet, s *settings) func(context.Context, world, []string) error {
	force := fs.Bool("force", false, "replace FILE if it is an earlier copy")
	return func(ctx context.Context, w world, args []string) error {
		file, err := oneFile(fs, args)
		if err != nil {
			return err
		}
		if filepath.Clean(file) == filepath.Clean(s.keyPath()) {
			return fmt.Errorf("%s is the name of the key; give the copy another", file)
		}
		if err := sqlite.Backup(ctx, s.database, file, *force); err != nil {
			return s.advise(ctx, hintForce(err, *force))
		}
		fmt.Fprintf(w.stdout, "%s is a checked copy of %s\n", file, s.database)
		fmt.Fprintf(w.stdout, "the key %s is not in it: keep a copy of that elsewhere\n", s.keyPath())
		return nil
	}
}

// oneFile returns the only argument. Flags may stand behind it.
func oneFile(fs *flag.FlagSet, args []string) (string, error) {
	if len(args) == 0 || args[0] == "" {
		return "", fmt.Errorf("%w: FILE is missing", errUsage)
	}
	if err := fs.Parse(args[1:]); err != nil {
		return "", fmt.Errorf("%w: %w", errUsage, err)
	}
	if fs.NArg() > 0 {
		return "", fmt.Errorf("%w: one FILE only, not also %q", errUsage, fs.Arg(0))
	}
	return args[0], nil
}

// backups returns the copies that are made by themselves.
func (s *settings) backups(log *slog.Logger) *sqlite.Backups {
	folder := s.backupDir
	if folder == "" {
		folder = filepath.Join(filepath.Dir(s.database), "backups")
	}
	return &sqlite.Backups{Database: s.database, Folder: folder, Keep: s.keep(), Log: log, Now: time.Now}
}

// advise adds to an error of a damaged database what to do now.
func (s *settings) advise(ctx context.Context, err error) error {
	if err == nil || !sqlite.IsDamaged(err) {
		return err
	}
	b := s.backups(slog.New(slog.DiscardHandler))
	good, ok := b.Good(ctx)
	if !ok {
		return fmt.Errorf("the database %s is damaged and %s holds no good backup of it: restore a copy from elsewhere with prystan restore --force (%w)",
			s.database, b.Folder, err)
	}
	return fmt.Errorf("the database %s is damaged; its newest good backup is of %s: stop the service and run prystan restore --force --database %s %s (%w)",
		s.database, good.Made.Format("2006-01-02 15:04 MST"), s.database, good.File, err)
}

// beforeMigration makes a copy before a new version of the program changes the
// schema. Without the copy it does not go on.
func (s *settings) beforeMigration(ctx context.Context, log *slog.Logger) error {
	file, err := s.backups(log).BeforeMigration(ctx)
	if sqlite.IsDamaged(err) {
		return err // nothing goes on with such a database
	}
	if err != nil {
		return fmt.Errorf("no backup could be made (--backup-keep 0 goes on without one): %w", err)
	}
	if file != "" {
		log.Info("backup made before the schema changes", "file", file)
	}
	return nil
}
