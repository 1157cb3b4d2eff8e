package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
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
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"serve": serve},
		Setup: func(e *testscript.Env) error {
			e.Setenv("ERRATUM_DATA", filepath.Join(e.WorkDir, "erratum.db"))
			return nil
		},
	})
}

// serve DIR shows the files of a folder, as they are at the time of each request, to
// the bot of this script: $SITE is its address.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve DIR")
	}
	files := http.FileServer(http.Dir(ts.MkAbs(args[0])))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Files change within the second that Last-Modified counts in.
		r.Header.Del("If-Modified-Since")
		files.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	at, err := url.Parse(server.URL)
	ts.Check(err)
	ts.Setenv("SITE", server.URL)
	ts.Setenv("ERRATUM_ALLOW_LOOPBACK", "true")
	ts.Setenv("ERRATUM_EXTRA_PORTS", at.Port())
	ts.Logf("%s", fmt.Sprintf("serving %s at %s", args[0], server.URL))
}
