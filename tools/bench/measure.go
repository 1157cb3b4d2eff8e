package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"erratum/internal/newstest"
)

// hosts is on how many of this machine's own addresses the pages are served: the
// program asks one host only so often, whatever it serves.
const hosts = 40

// restFor is how long a process has nothing to do before its memory is looked at.
const restFor = 20 * time.Second

// measure lets the program, the floor and the libraries look at all pages, round by
// round in turn: on a machine with other work a figure says little beside one that was
// taken minutes before.
func measure(ctx context.Context, pages *newstest.Folder, rounds int) (f figures, err error) {
	addresses, closeAll, err := serve(ctx, pages)
	if err != nil {
		return f, err
	}
	defer closeAll()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return f, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	f.pages, f.rounds = len(addresses), rounds
	readers := []*reader{{name: "floor"}, {name: "readability"}, {name: "trafilatura"}}
	for _, r := range readers {
		if err := r.begin(ctx, dir, addresses); err != nil {
			return f, fmt.Errorf("%s: %w", r.name, err)
		}
		defer r.stop()
	}
	p, err := begin(ctx, dir, addresses)
	if err != nil {
		return f, fmt.Errorf("the program: %w", err)
	}
	defer p.stop()
	for round := range rounds {
		for _, r := range readers {
			if err := r.round(addresses); err != nil {
				return f, fmt.Errorf("%s: %w", r.name, err)
			}
		}
		if err := p.round(pages, round, &f); err != nil {
			return f, fmt.Errorf("the program: %w", err)
		}
	}
	if err := rest(ctx); err != nil {
		return f, err
	}
	if f.idle, err = p.memory(); err != nil {
		return f, err
	}
	for i, to := range []struct{ cpu, idle *float64 }{{&f.floor, &f.floorIdle}, {&f.readable, &f.readableIdle}, {&f.trafil, &f.trafilIdle}} {
		*to.cpu = readers[i].cpuSum / float64(rounds)
		if *to.idle, err = readers[i].memory(); err != nil {
			return f, err
		}
	}
	f.same, f.anew = f.same/float64(rounds), f.anew/float64(rounds)
	f.changed, err = p.changed(pages)
	return f, err
}

// rest waits until a process that has nothing to do has given back what it can.
func rest(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(restFor):
		return nil
	}
}

// serve serves the pages from this process, whose CPU is not counted, and returns their
// addresses.
func serve(ctx context.Context, pages *newstest.Folder) (addresses []string, closeAll func(), err error) {
	var servers []interface{ Close() error }
	closeAll = func() {
		for _, s := range servers {
			_ = s.Close() // the process ends
		}
	}
	var bases []string
	for n := range hosts {
		ln, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf("127.0.1.%d:0", n+1))
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		s := newstest.Start(pages.Handler(), ln)
		servers, bases = append(servers, s), append(bases, s.URL())
	}
	for i, id := range pages.IDs() {
		addresses = append(addresses, pages.Address(bases[i%hosts], id))
	}
	return addresses, closeAll, nil
}

// reader is a process that fetches and reads in one way.
type reader struct {
	*process
	name   string
	cpuSum float64 // of one look, summed over the rounds
}

// begin starts the reader and lets it look at all pages once, which is not counted.
func (r *reader) begin(ctx context.Context, dir string, addresses []string) error {
	binary, err := build(ctx, dir, r.name, ".")
	if err != nil {
		return err
	}
	if r.process, err = start(exec.CommandContext(ctx, binary)); err != nil {
		return err
	}
	return r.all(addresses)
}

// round lets it look at all pages.
func (r *reader) round(addresses []string) error {
	ms, err := r.cpuOf(len(addresses), func() error { return r.all(addresses) })
	r.cpuSum += ms
	return err
}

func (r *reader) all(addresses []string) error {
	for _, a := range addresses {
		if _, err := r.ask(a); err != nil {
			return err
		}
	}
	return nil
}

// build builds a command of the module in a folder: each has a process of its own, so
// that CPU and memory are its own.
func build(ctx context.Context, dir, command, module string) (string, error) {
	binary := filepath.Join(dir, filepath.Base(command))
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "./"+command)
	cmd.Dir = module
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", command, err, out)
	}
	return binary, nil
}
