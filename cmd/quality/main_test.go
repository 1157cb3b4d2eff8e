package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// TestNoData: whoever has no data is told what to do, in one line.
func TestNoData(t *testing.T) {
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"--data", t.TempDir()}, &out, &errs)
	if code != exitError || out.Len() > 0 || strings.Count(errs.String(), "\n") != 1 || !strings.Contains(errs.String(), "DATA=") {
		t.Errorf("exit %d, said %q and %q", code, out.String(), errs.String())
	}
}

func TestMisuse(t *testing.T) {
	for _, args := range [][]string{{"pairs"}, {"--rows"}} {
		var out, errs bytes.Buffer
		if code := run(context.Background(), args, &out, &errs); code != exitError || errs.Len() == 0 {
			t.Errorf("%q: exit %d, said %q", args, code, errs.String())
		}
	}
}
