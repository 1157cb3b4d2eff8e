// Package redistest runs real servers for tests: one redis-server, a Cluster, or a master
// with replicas that Sentinels watch. They listen on loopback, keep everything in the
// test's own folder, can be killed and come back with it, and are ended by the test that
// began them.
package redistest

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
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Server is a redis-server of the tests' own, on a port that was free.
type Server struct {
	cmd   *exec.Cmd
	Port  int
	bus   int // of a Cluster's servers among themselves
	dir   string
	args  []string
	watch int           // a Sentinel: the port of the master that it watches
	ended chan struct{} // closed when the process is gone
}

// Start starts a server that keeps everything, in dir. More arguments override.
func Start(dir string, args ...string) (*Server, error) { return startAs(Server{dir: dir, args: args}) }

// startAs starts a server or Sentinel on a port of its own.
func startAs(kind Server) (*Server, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, errors.New("redis-server is missing: these tests need it (apt-get install redis-server)")
	}
	for range 20 {
		// Below the ports that outgoing connections get: a client that dials a server
		// which was killed must not meet itself, or take its port.
		s := &Server{Port: 20000 + rand.IntN(12000), dir: kind.dir, args: slices.Clone(kind.args), watch: kind.watch}
		if i := slices.Index(s.args, "--cluster-port"); i >= 0 {
			s.bus = 20000 + rand.IntN(12000)
			s.args[i+1] = strconv.Itoa(s.bus)
		}
		err := s.Run()
		if err == nil {
			return s, nil
		} else if !strings.Contains(err.Error(), "Address already in use") {
			return nil, err
		}
	}
	return nil, errors.New("no free port was found for redis-server")
}

// Run starts the process and waits until it answers.
func (s *Server) Run() error {
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
		if s.listens(log) && s.answers() {
			return nil
		}
	}
	return errors.Join(errors.New("redis-server does not answer"), s.Kill())
}

// line is the command line. A Sentinel writes its own file.
func (s *Server) line(log string) ([]string, error) {
	if s.watch == 0 {
		return append([]string{"--port", strconv.Itoa(s.Port), "--bind", "127.0.0.1", "--dir", s.dir, "--logfile", log,
			"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"}, s.args...), nil
	}
	conf := filepath.Join(s.dir, "sentinel.conf")
	text := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nlogfile %s\nsentinel monitor news 127.0.0.1 %d 2\n"+
		"sentinel down-after-milliseconds news 1000\nsentinel failover-timeout news 6000\nsentinel parallel-syncs news 2\n", s.Port, s.dir, log, s.watch)
	return []string{conf, "--sentinel"}, os.WriteFile(conf, []byte(text), 0o600)
}

// listens reports whether the process has its port: until then somebody else may answer
// there, and it is about to end.
func (s *Server) listens(log string) bool {
	said, _ := os.ReadFile(log)
	return strings.Contains(string(said), "Ready to accept connections") || s.watch > 0 && strings.Contains(string(said), "Sentinel ID is")
}

// answers reports whether somebody listens, even one that asks for a password.
func (s *Server) answers() bool {
	c, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", s.Addr())
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

// Runs reports whether the process is there.
func (s *Server) Runs() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

func (s *Server) Addr() string { return "127.0.0.1:" + strconv.Itoa(s.Port) }

func (s *Server) URL() string { return "redis://" + s.Addr() }

// Stop ends the server in peace, kill at once. A server that is told to end while it
// loads may never do so.
func (s *Server) Stop() error {
	kill := time.AfterFunc(20*time.Second, func() { _ = s.cmd.Process.Kill() })
	defer kill.Stop()
	return s.end(syscall.SIGTERM)
}

func (s *Server) Kill() error { return s.end(syscall.SIGKILL) }

// Signal sends the process a signal that does not end it.
func (s *Server) Signal(sig syscall.Signal) error { return s.cmd.Process.Signal(sig) }

func (s *Server) end(sig syscall.Signal) error {
	err := s.cmd.Process.Signal(sig)
	<-s.ended
	return err
}

// New starts a server for a test, which ends it.
func New(t testing.TB, args ...string) *Server {
	t.Helper()
	s, err := Start(t.TempDir(), args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

// Ask sends a command and returns what the server says; nothing when it does not answer.
func (s *Server) Ask(args ...any) string {
	c := redis.NewClient(&redis.Options{Addr: s.Addr(), DisableIdentity: true, MaxRetries: -1, DialerRetries: 1})
	defer func() { _ = c.Close() }()
	v, _ := c.Do(context.Background(), args...).Result()
	return fmt.Sprint(v)
}

// Await returns when something is so, however slow the machine is.
func Await(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !is(); {
		if time.Now().After(end) {
			t.Fatalf("waited two minutes until %s", what)
		}
		<-time.After(20 * time.Millisecond)
	}
}
