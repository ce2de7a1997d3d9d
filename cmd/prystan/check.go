package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"prystan/bot/facts"
	"prystan/locales"
)

// checkCommand opens the database, which refuses a wrong schema, and lists what
// is wrong with the file, the shipped facts and the published ones.
func checkCommand(_ *flag.FlagSet, s *settings) func(context.Context, world, []string) error {
	return func(ctx context.Context, w world, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("%w: check takes no arguments", errUsage)
		}
		return withHouse(ctx, w, s, func(h *house) error {
			problems, err := h.problems(ctx)
			if err != nil {
				return err
			}
			for _, p := range problems {
				fmt.Fprintln(w.stdout, p)
			}
			if len(problems) > 0 {
				return fmt.Errorf("%d things are wrong; they are listed on standard output", len(problems))
			}
			fmt.Fprintln(w.stdout, "everything is in order")
			return nil
		})
	}
}

func (h *house) problems(ctx context.Context) ([]error, error) {
	var problems []error
	if err := h.db.Verify(ctx); err != nil {
		problems = append(problems, err)
	}
	ship, err := shipped()
	if err != nil {
		return nil, err
	}
	for _, err := range append(ship.Check(), unwrap(facts.CheckPhones(ship.Phones))...) {
		problems = append(problems, fmt.Errorf("shipped: %w", err))
	}
	published, err := h.db.Records(ctx)
	if err != nil {
		return nil, err
	}
	for _, err := range append(published.Check(), unwrap(facts.CheckPhones(published.Phones))...) {
		problems = append(problems, fmt.Errorf("published: %w", err))
	}
	for _, err := range locales.Check() {
		problems = append(problems, fmt.Errorf("shipped: %w", err))
	}
	return problems, nil
}

// unwrap returns the errors that were joined into err.
func unwrap(err error) []error {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		return joined.Unwrap()
	}
	return nil
}
