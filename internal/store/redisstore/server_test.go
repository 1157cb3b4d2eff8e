package redisstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a redis-server of the tests' own, on a port that was free.
type server struct {
	cmd   *exec.Cmd
	port  int
	bus   int // of a Cluster's servers among themselves
	dir   string
	args  []string
	watch int           // a Sentinel: the port of the master that it watches
	ended chan struct{} // closed when the process is gone
}

// start starts a server that keeps everything, in dir. More arguments override.
func start(dir string, args ...string) (*server, error) { return startAs(server{dir: dir, args: args}) }

// startAs starts a server or Sentinel on a port of its own.
func startAs(kind server) (*server, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, errors.New("redis-server is missing: these tests need it (apt-get install redis-server)")
	}
	for range 20 {
		// Below the ports that outgoing connections get: a client that dials a server
		// which was killed must not meet itself, or take its port.
		s := &server{port: 20000 + rand.IntN(12000), dir: kind.dir, args: slices.Clone(kind.args), watch: kind.watch}
		if i := slices.Index(s.args, "--cluster-port"); i >= 0 {
			s.bus = 20000 + rand.IntN(12000)
			s.args[i+1] = strconv.Itoa(s.bus)
		}
		err := s.run()
		if err == nil {
			return s, nil
		} else if !strings.Contains(err.Error(), "Address already in use") {
			return nil, err
		}
	}
	return nil, errors.New("no free port was found for redis-server")
}

// run starts the process and waits until it answers.
func (s *server) run() error {
	log := filepath.Join(s.dir, "log")
	_ = os.Remove(log) // of an earlier start
	args, err := s.line(log)
	if err != nil {
		return err
	}
	s.cmd = exec.Command("redis-server", args...) //nolint:noctx // ended by stop or kill
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start redis-server: %w", err)
	}
	s.ended = make(chan struct{})
	go func(c *exec.Cmd, ended chan struct{}) {
		_ = c.Wait() // ended by a signal, or the log says why
		close(ended)
	}(s.cmd, s.ended)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		select {
		case <-s.ended:
			said, _ := os.ReadFile(log)
			return fmt.Errorf("redis-server ended at once: %s", said)
		case <-time.After(10 * time.Millisecond):
		}
		if s.answers() {
			return nil
		}
	}
	return errors.Join(errors.New("redis-server does not answer"), s.kill())
}

// line is the command line. A Sentinel writes its own file.
func (s *server) line(log string) ([]string, error) {
	if s.watch == 0 {
		return append([]string{"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--logfile", log,
			"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"}, s.args...), nil
	}
	conf := filepath.Join(s.dir, "sentinel.conf")
	text := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nlogfile %s\nsentinel monitor news 127.0.0.1 %d 2\n"+
		"sentinel down-after-milliseconds news 1000\nsentinel failover-timeout news 6000\nsentinel parallel-syncs news 2\n", s.port, s.dir, log, s.watch)
	return []string{conf, "--sentinel"}, os.WriteFile(conf, []byte(text), 0o600)
}

// answers reports whether somebody listens, even one that asks for a password.
func (s *server) answers() bool {
	c, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", s.addr())
	if err != nil {
		return false
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(time.Second))
	if _, err := fmt.Fprint(c, "PING\r\n"); err != nil {
		return false
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	return err == nil && (strings.HasPrefix(line, "+PONG") || strings.HasPrefix(line, "-NOAUTH"))
}

// runs reports whether the process is there.
func (s *server) runs() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

func (s *server) addr() string { return "127.0.0.1:" + strconv.Itoa(s.port) }

func (s *server) url() string { return "redis://" + s.addr() }

// stop ends the server in peace, kill at once. A server that is told to end while it
// loads may never do so.
func (s *server) stop() error {
	kill := time.AfterFunc(20*time.Second, func() { _ = s.cmd.Process.Kill() })
	defer kill.Stop()
	return s.end(syscall.SIGTERM)
}

func (s *server) kill() error { return s.end(syscall.SIGKILL) }

func (s *server) end(sig syscall.Signal) error {
	err := s.cmd.Process.Signal(sig)
	<-s.ended
	return err
}
