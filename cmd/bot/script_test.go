package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run the program as people do, by its name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bot": main})
}

// TestScripts runs the program as a person at a shell would. Nothing leaves this
// machine: pages come from "serve".
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"fields":   fields,
			"fill":     fill,
			"json":     unfold,
			"pack":     pack,
			"picture":  picture,
			"restored": restored,
			"serve":    serve,
			"tail":     tail,
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("ERRATUM_DATA", filepath.Join(e.WorkDir, "erratum.db"))
			return nil
		},
	})
}

// exits CODE PROGRAM ARGS… runs a program and wants that very code; "exec" knows only
// zero and not.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var e *exec.ExitError
		if !errors.As(err, &e) {
			ts.Fatalf("%v", err)
		}
		got = e.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// fields FILE NAME… writes the named fields of each line of JSON to the file "fields";
// a dash stands for one that is missing.
func fields(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fields FILE NAME…")
	}
	var b strings.Builder
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var object map[string]any
		ts.Check(json.Unmarshal([]byte(line), &object))
		for i, name := range args[1:] {
			value, ok := object[name]
			if !ok {
				value = "-"
			}
			if i > 0 {
				b.WriteByte(' ')
			}
			fmt.Fprint(&b, value)
		}
		b.WriteByte('\n')
	}
	ts.Check(os.WriteFile(ts.MkAbs("fields"), []byte(b.String()), 0o600))
}

// unfold FILE writes an object of JSON to the file "json", a field a line in their
// order; what names the extractor and the text's hash is left open.
func unfold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: json FILE")
	}
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	_, err := d.Token()
	ts.Check(err)
	var b strings.Builder
	for d.More() {
		name, err := d.Token()
		ts.Check(err)
		var value json.RawMessage
		ts.Check(d.Decode(&value))
		text := string(value)
		var s string
		if json.Unmarshal(value, &s) == nil {
			text = s
		}
		if name == "extractor" || name == "digest" {
			if text == "" {
				ts.Fatalf("%s is empty", name)
			}
			text = "…"
		}
		fmt.Fprintf(&b, "%s: %s\n", name, text)
	}
	ts.Check(os.WriteFile(ts.MkAbs("json"), []byte(b.String()), 0o600))
}

// fill FILE puts the values of variables into a file.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: fill FILE…")
	}
	for _, name := range args {
		text := strings.ReplaceAll(ts.ReadFile(name), "$SITE", ts.Getenv("SITE"))
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

// tail FILE N writes the last lines of a file to the file "tail".
func tail(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tail FILE N")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	lines := strings.SplitAfter(ts.ReadFile(args[0]), "\n")
	lines = lines[:len(lines)-1]
	if n > len(lines) {
		ts.Fatalf("%s has only %d lines", args[0], len(lines))
	}
	ts.Check(os.WriteFile(ts.MkAbs("tail"), []byte(strings.Join(lines[len(lines)-n:], "")), 0o600))
}

// pack FILE makes FILE.gz of it.
func pack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: pack FILE")
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(errors.Join(err, z.Close()))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".gz"), b.Bytes(), 0o600))
}

// picture FILE writes the beginning of a picture, which is no text.
func picture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: picture FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"), 0o600))
}

var removal = regexp.MustCompile("`(watch restore id:[a-z2-7]+)`")

// restored writes what the last output said to type for undoing a removal to the file
// "restore.cmds", and asks for the list behind it.
func restored(ts *testscript.TestScript, neg bool, args []string) {
	m := removal.FindStringSubmatch(ts.ReadFile("stdout"))
	if neg || len(args) != 0 || m == nil {
		ts.Fatalf("the output names no way to undo a removal")
	}
	ts.Check(os.WriteFile(ts.MkAbs("restore.cmds"), []byte(m[1]+"\nwatch list\n"), 0o600))
}

// serve DIR shows the files of a folder, as they are at the time of each request, to
// the bot of this script: $SITE is its address.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve DIR")
	}
	files := http.FileServer(http.Dir(ts.MkAbs(args[0])))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("If-Modified-Since") // scripts change files within the second that it counts in
		files.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	at, err := url.Parse(server.URL)
	ts.Check(err)
	ts.Setenv("SITE", server.URL)
	ts.Setenv("ERRATUM_ALLOW_LOOPBACK", "true")
	ts.Setenv("ERRATUM_EXTRA_PORTS", at.Port())
}
