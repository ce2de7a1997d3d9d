package sqlite

import "syscall"

func mount(folder, size string) error {
	return syscall.Mount("tmpfs", folder, "tmpfs", 0, "size="+size)
}

func unmount(folder string) error { return syscall.Unmount(folder, syscall.MNT_DETACH) }
