//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package sqlite

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockShared says that this process has the database open, until the returned
// function is called or the process ends. Where no lock file can be made (a
// read-only or full disk) nobody can restore either, and it does nothing.
func lockShared(database string) (unlock func(), err error) {
	f, err := os.OpenFile(database+lockSuffix, os.O_RDONLY|os.O_CREATE, 0o644)
	if err != nil {
		return func() {}, nil
	}
	if err := flock(f, syscall.LOCK_SH); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is being restored: %w", database, err)
	}
	return func() { f.Close() }, nil
}

// lockAlone fails with ErrInUse while any process holds a shared lock.
func lockAlone(database string) (unlock func(), err error) {
	f, err := os.OpenFile(database+lockSuffix, os.O_RDONLY|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := flock(f, syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", database, err)
	}
	return func() { f.Close() }, nil
}

// giveTo makes a file belong to the owner of another, so that a service under
// its own account can write what an administrator restored. Only the
// administrator may give files away, and only they need to.
func giveTo(like, file string) error {
	info, err := os.Stat(like)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 {
		return nil
	}
	return os.Chown(file, int(owner.Uid), int(owner.Gid))
}

func flock(f *os.File, how int) error {
	err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return ErrInUse
	case errors.Is(err, errors.ErrUnsupported), errors.Is(err, syscall.ENOLCK):
		return nil // SQLite's own locks are what remains
	}
	return err
}
