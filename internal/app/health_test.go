package app_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"erratum/internal/app"
	"erratum/internal/newstest"
)

// moody is a store that answers or does not.
type moody struct{ away error }

func (m *moody) answers(context.Context) error { return m.away }

// TestHealthOff: who does not want to be asked is not, and who asks all the same hears why.
func TestHealthOff(t *testing.T) {
	t.Parallel()
	health, err := app.ServeHealth(t.Context(), "off", (&moody{}).answers)
	if err != nil {
		t.Fatal(err)
	}
	if err := health.Close(); err != nil {
		t.Error(err)
	}
	if err := app.CheckHealth(t.Context(), app.Config{Health: "off"}); err == nil || !strings.Contains(err.Error(), "off") {
		t.Errorf("the health check says %v", err)
	}
}

// TestHealth: without its store the program runs, and is not ready.
func TestHealth(t *testing.T) {
	t.Parallel()
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	store := &moody{}
	health, err := app.ServeHealth(t.Context(), addr, store.answers)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := health.Close(); err != nil {
			t.Error(err)
		}
	}()
	status := func(path string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		return resp.StatusCode
	}
	for _, want := range []struct {
		away   error
		path   string
		status int
	}{
		{nil, "/healthz", 200}, {nil, "/readyz", 200}, {errors.New("away"), "/healthz", 200}, {errors.New("away"), "/readyz", 503},
	} {
		store.away = want.away
		if got := status(want.path); got != want.status {
			t.Errorf("%s with a store that says %v: %d, want %d", want.path, want.away, got, want.status)
		}
		err := app.CheckHealth(t.Context(), app.Config{Health: addr})
		if (err == nil) != (want.away == nil) {
			t.Errorf("with a store that says %v, the health check says %v", want.away, err)
		}
	}
}
