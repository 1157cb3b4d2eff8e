package sqlitestore_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"erratum/internal/store/sqlitestore"
)

// TestOpenRefusesReadOnly opens a file without the right to write it. Root has every
// right, so the thread's file system user becomes nobody for the time.
func TestOpenRefusesReadOnly(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.db")
	s, _ := fill(t, path, 1)
	closeStore(t, s)
	for name, mode := range map[string]os.FileMode{path: 0o444, dir: 0o555, filepath.Dir(dir): 0o755} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Error(err)
		}
	})
	const nobody = 65534
	runtime.LockOSThread()
	before, _, _ := syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0)
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path})
	_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, before, 0, 0)
	runtime.UnlockOSThread()
	if err == nil {
		closeStore(t, s)
		t.Fatal("a read-only file was opened")
	}
	if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "can't be written") {
		t.Errorf("%q does not say what is wrong with %s", err, path)
	}
}
