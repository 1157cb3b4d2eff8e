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
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a redis-server of the tests' own, on a port that was free.
type server struct {
	cmd   *exec.Cmd
	port  int
	dir   string
	args  []string
	ended chan struct{} // closed when the process is gone
}

// start starts a server that keeps everything, in dir. More arguments override.
func start(dir string, args ...string) (*server, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, errors.New("redis-server is missing: these tests need it (apt-get install redis-server)")
	}
	for range 20 {
		// Below the ports that outgoing connections get: a client that dials a server
		// which was killed must not meet itself, or take its port.
		s := &server{port: 20000 + rand.IntN(12000), dir: dir, args: args}
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
	args := append([]string{"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--logfile", log,
		"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"}, s.args...)
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

func (s *server) addr() string { return "127.0.0.1:" + strconv.Itoa(s.port) }

func (s *server) url() string { return "redis://" + s.addr() }

// stop ends the server in peace, kill at once.
func (s *server) stop() error { return s.end(syscall.SIGTERM) }
func (s *server) kill() error { return s.end(syscall.SIGKILL) }

func (s *server) end(sig syscall.Signal) error {
	err := s.cmd.Process.Signal(sig)
	<-s.ended
	return err
}
