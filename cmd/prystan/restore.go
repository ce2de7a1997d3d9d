package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"prystan/bot/sqlite"
)

func restoreCommand(fs *flag.FlagSet, s *settings) func(context.Context, world, []string) error {
	force := fs.Bool("force", false, "replace the database; what it replaces is kept beside it")
	return func(ctx context.Context, w world, args []string) error {
		file, err := oneFile(fs, args)
		if err != nil {
			return err
		}
		kept, err := sqlite.Restore(ctx, file, s.database, *force, time.Now())
		if errors.Is(err, sqlite.ErrInUse) {
			return fmt.Errorf("%w; stop it first", err)
		}
		if err != nil {
			return hintForce(err, *force)
		}
		fmt.Fprintf(w.stdout, "%s is restored from %s\n", s.database, file)
		if kept != "" {
			fmt.Fprintf(w.stdout, "what it replaced is kept as %s\n", kept)
		}
		return nil
	}
}

// hintForce names the flag that replaces a file which is in the way.
func hintForce(err error, forced bool) error {
	if errors.Is(err, sqlite.ErrExists) && !forced {
		return fmt.Errorf("%w; --force replaces it", err)
	}
	return err
}
