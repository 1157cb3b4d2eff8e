package browser

import (
	"os/exec"
	"syscall"
)

// asGroup makes Chromium the head of a process group that dies as a whole: when it is
// told to end, and when this program is killed.
func asGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
