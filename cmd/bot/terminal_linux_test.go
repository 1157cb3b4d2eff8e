package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pty opens a terminal as a person would sit at: what is written to keys is typed,
// what the program shows is read from keys, too.
func pty(t *testing.T, columns uint16) (keys, screen *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(screen.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: 24}); err != nil {
		t.Fatal(err)
	}
	return keys, screen
}

// sitting runs the program at a terminal and gives what stood on its screen.
func sitting(t *testing.T, columns uint16, typed string, environ []string, args ...string) (code int, shown string) {
	t.Helper()
	keys, screen := pty(t, columns)
	read := make(chan string)
	go func() {
		var b strings.Builder
		buf := make([]byte, 4096)
		for !strings.HasSuffix(b.String(), farewell) {
			n, err := keys.Read(buf)
			if err != nil {
				break
			}
			b.Write(buf[:n])
		}
		read <- b.String()
	}()
	if _, err := io.WriteString(keys, typed); err != nil {
		t.Fatal(err)
	}
	code = run(t.Context(), process{args: args, environ: environ, stdin: screen, stdout: screen, stderr: screen})
	if _, err := io.WriteString(screen, farewell); err != nil {
		t.Fatal(err)
	}
	shown, _ = strings.CutSuffix(<-read, farewell)
	// A terminal that goes away ends whoever still reads from it.
	if err := errors.Join(keys.Close(), screen.Close()); err != nil {
		t.Fatal(err)
	}
	return code, strings.ReplaceAll(shown, "\r\n", "\n")
}

// farewell stands behind what the program shows.
const farewell = "\x04that was all"

const (
	oldText = "# Bridge closes\n\nThe bridge over the Sill will close on Monday for eight weeks of repairs, the county said on Thursday.\n\nThe work will cost 2.4 million crowns and is paid for by the state, the county and two towns.\n"
	newText = "# Bridge closes\n\nThe bridge over the Sill will close on Monday for eight weeks of repairs, the county said on Thursday.\n\nThe work will cost 3.1 million crowns and is paid for by the state, the county and two towns.\n"
)

// versions writes the two texts to files.
func versions(t *testing.T) (old, new string) {
	t.Helper()
	dir := t.TempDir()
	old, new = filepath.Join(dir, "old.txt"), filepath.Join(dir, "new.txt")
	for path, text := range map[string]string{old: oldText, new: newText} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return old, new
}

// TestColoursAndWidth: a terminal gets colours and lines of its width, unless it or
// the person says no.
func TestColoursAndWidth(t *testing.T) {
	old, new := versions(t)
	for _, tt := range []struct {
		name    string
		columns uint16
		environ []string
		colour  bool
		width   int
	}{
		{"as it comes", 0, nil, true, 80},
		{"narrow", 50, []string{"TERM=xterm-256color"}, true, 50},
		{"very wide", 240, nil, true, 100},
		{"NO_COLOR", 60, []string{"NO_COLOR=1"}, false, 60},
		{"NO_COLOR empty", 60, []string{"NO_COLOR="}, true, 60},
		{"dumb", 60, []string{"TERM=dumb"}, false, 60},
	} {
		code, shown := sitting(t, tt.columns, "", tt.environ, "diff", old, new)
		if code != exitChanged {
			t.Errorf("%s: exit code %d:\n%s", tt.name, code, shown)
		}
		if got := strings.Contains(shown, "\x1b["); got != tt.colour {
			t.Errorf("%s: colours %v, want %v:\n%s", tt.name, got, tt.colour, shown)
		}
		if tt.colour != !strings.Contains(shown, "[-2.4-]") {
			t.Errorf("%s: marks and colours together, or neither:\n%s", tt.name, shown)
		}
		widest := 0
		for line := range strings.Lines(shown) {
			for _, code := range []string{"0", "1", "22", "9;31", "1;32"} {
				line = strings.ReplaceAll(line, "\x1b["+code+"m", "")
			}
			widest = max(widest, len([]rune(strings.TrimSuffix(line, "\n"))))
		}
		if widest > tt.width || widest < tt.width/2 {
			t.Errorf("%s: %d wide, want at most %d:\n%s", tt.name, widest, tt.width, shown)
		}
	}
}

// TestFilesArePlain: what goes to a file has no colours and whole lines.
func TestFilesArePlain(t *testing.T) {
	old, new := versions(t)
	var out bytes.Buffer
	run(t.Context(), process{args: []string{"diff", old, new}, stdin: strings.NewReader(""), stdout: &out, stderr: io.Discard})
	if got := out.String(); strings.Contains(got, "\x1b") || !strings.Contains(got, "\nThe work will cost [-2.4-] {+3.1+} million crowns and is paid for by the state, the county and two towns.\n") {
		t.Errorf("got:\n%s", got)
	}
}

// TestSittingAtTheConsole: a greeting, what is watched, a prompt, and a farewell that
// leaves the shell's prompt on a line of its own.
func TestSittingAtTheConsole(t *testing.T) {
	data := filepath.Join(t.TempDir(), "erratum.db")
	code, shown := sitting(t, 80, "status\nquit\n", []string{"ERRATUM_DATA=" + data, "NO_COLOR=1"}, "console")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{
		"Erratum watches from this terminal and keeps everything in", "`help` lists the commands, `quit` ends.",
		"Nothing is watched here yet. Add an article with `watch add URL`.\n\n> ", "Status\nNothing is watched here yet.",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in:\n%s", want, shown)
		}
	}
}

// TestInterrupted: waiting for standard input ends when the program is asked to.
func TestInterrupted(t *testing.T) {
	old, _ := versions(t)
	data := "ERRATUM_DATA=" + filepath.Join(t.TempDir(), "erratum.db")
	for _, tt := range []struct {
		args []string
		want int
	}{
		{[]string{"diff", old, "-"}, exitError},
		{[]string{"diff", "--batch"}, exitError},
		{[]string{"extract", old, "-"}, exitError},
		{[]string{"console"}, exitSame},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		in, typing := io.Pipe()
		var stderr bytes.Buffer
		ended := make(chan int, 1)
		go func() {
			ended <- run(ctx, process{args: tt.args, environ: []string{data}, stdin: in, stdout: io.Discard, stderr: &stderr})
		}()
		// Something is taken from the pipe only when the program waits for it.
		if _, err := io.WriteString(typing, "\n"); err != nil {
			t.Fatal(err)
		}
		cancel()
		select {
		case code := <-ended:
			if code != tt.want {
				t.Errorf("%v: exit code %d, want %d: %s", tt.args, code, tt.want, &stderr)
			}
			if interrupted := strings.Contains(stderr.String(), "bot: interrupted\n"); interrupted != (tt.want == exitError) {
				t.Errorf("%v: %q", tt.args, &stderr)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%v does not end", tt.args)
		}
		_ = typing.Close()
	}
}
