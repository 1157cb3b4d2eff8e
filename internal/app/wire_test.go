package app_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"erratum/internal/newstest"
)

// wire is the network between the bots and their Redis: it can be cut, be slow, or
// swallow everything while both ends believe that they are connected.
type wire struct {
	ln    net.Listener
	to    string
	owned sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
	lag   time.Duration // before each piece
	dead  chan struct{} // not nil: nothing gets through until it is closed
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{ln: ln, to: to, conns: map[net.Conn]bool{}}
	w.owned.Go(w.accept)
	t.Cleanup(func() {
		w.heal()
		_ = ln.Close()
		w.cut()
		w.owned.Wait()
	})
	return w
}

func (w *wire) addr() string { return w.ln.Addr().String() }

func (w *wire) accept() {
	for {
		from, err := w.ln.Accept()
		if err != nil {
			return // it was closed
		}
		to, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", w.to)
		if err != nil {
			_ = from.Close() // as a server that is down refuses
			continue
		}
		w.keep(from, to)
		w.owned.Go(func() { w.carry(from, to) })
		w.owned.Go(func() { w.carry(to, from) })
	}
}

func (w *wire) keep(conns ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		w.conns[c] = true
	}
}

// carry copies one direction; its end is the end of both.
func (w *wire) carry(from, to net.Conn) {
	defer func() {
		_ = from.Close()
		_ = to.Close()
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.conns, from)
		delete(w.conns, to)
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			w.hinder()
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// hinder is what befalls a piece on its way.
func (w *wire) hinder() {
	w.mu.Lock()
	lag, dead := w.lag, w.dead
	w.mu.Unlock()
	if dead != nil {
		<-dead
	}
	time.Sleep(lag)
}

// cut ends all connections; new ones can be made.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		_ = c.Close()
	}
}

func (w *wire) slow(lag time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lag = lag
}

// swallow lets nothing through from now on.
func (w *wire) swallow() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead == nil {
		w.dead = make(chan struct{})
	}
}

// heal makes everything as it should be; what was swallowed arrives late.
func (w *wire) heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lag = 0
	if w.dead != nil {
		close(w.dead)
		w.dead = nil
	}
}
