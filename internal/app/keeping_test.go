package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"erratum/internal/app"
	"erratum/internal/watch"
)

// settings are those of a store at a time.
type settings struct{ weak []watch.Weakness }

func (s *settings) Weaknesses(context.Context) ([]watch.Weakness, error) { return s.weak, nil }

// TestKeepingIsLogged: what may be lost is logged when it begins, once, and when it is
// mended.
func TestKeepingIsLogged(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	store := &settings{}
	look := app.Keeping(store, slog.New(slog.NewTextHandler(&out, nil)))
	slow := watch.Weakness{Where: "the Redis server at 10.0.0.5:6379", Text: "Redis writes late."}
	for _, step := range []struct {
		weak []watch.Weakness
		want string
	}{
		{nil, ""},
		{[]watch.Weakness{slow}, "WARN"},
		{[]watch.Weakness{slow}, ""},
		{nil, "INFO"},
		{nil, ""},
		{[]watch.Weakness{slow}, "WARN"},
	} {
		out.Reset()
		store.weak = step.weak
		if err := look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); (got == "") != (step.want == "") || !strings.Contains(got, step.want) || step.want != "" && !strings.Contains(got, "10.0.0.5") {
			t.Errorf("logged %q, want %q", got, step.want)
		}
	}
}
