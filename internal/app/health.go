package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// healthTimeout bounds how long the store may take to show that it is there.
const healthTimeout = 3 * time.Second

// serving is a handler that is served until it is closed.
type serving struct {
	server *http.Server
	ended  chan error
}

func serve(ln net.Listener, h http.Handler) *serving {
	s := &serving{server: &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}, ended: make(chan error, 1)}
	go func() { s.ended <- s.server.Serve(ln) }()
	return s
}

// Close stops serving and waits. Closing what was never served does nothing.
func (s *serving) Close() error {
	if s.server == nil {
		return nil
	}
	err := s.server.Close()
	if served := <-s.ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// nowhere is the address of a program that does not say how it is: off as people write it,
// whose empty variables count as not set, and empty where nobody chose.
func nowhere(addr string) bool { return addr == "" || addr == "off" }

// serveHealth answers at addr: /healthz while the program runs, /readyz while its store
// answers, too.
func serveHealth(ctx context.Context, addr string, ready func(context.Context) error) (*serving, error) {
	if nowhere(addr) {
		return &serving{}, nil
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("ERRATUM_HEALTH: %w; set another address, or off for none", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, "The bot runs.")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), healthTimeout)
		defer cancel()
		if err := ready(ctx); err != nil {
			say(w, http.StatusServiceUnavailable, "The store does not answer.")
			return
		}
		say(w, http.StatusOK, "All is well.")
	})
	return serve(ln, mux), nil
}

// say answers with a page of one sentence, for people and for [CheckHealth], whose
// client reads pages.
func say(w http.ResponseWriter, status int, sentence string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<!doctype html><title>Erratum</title><p>%s</p>\n", sentence)
}

// CheckHealth asks the bot that runs on this machine whether all is well, as a
// container's health check does.
func CheckHealth(ctx context.Context, cfg Config) error {
	if nowhere(cfg.Health) {
		return errors.New("ERRATUM_HEALTH is off: the bot does not say how it is")
	}
	f, err := fetch.New(fetch.Options{AllowLoopback: true, Timeout: 2 * healthTimeout})
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Fetch(ctx, article.Request{URL: "http://" + cfg.Health + "/readyz"}); err != nil {
		return fmt.Errorf("the bot at %s is not well: %w", cfg.Health, err)
	}
	return nil
}
