package app_test

import (
	"bytes"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"erratum/internal/newstest"
)

// startRedis runs a redis-server of the test's own on a free port, with the settings
// that Erratum asks for, and stops it by its process when the test ends.
func startRedis(t *testing.T) string {
	t.Helper()
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	_ = ln.Close()
	var log bytes.Buffer
	cmd := exec.Command("redis-server", "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", t.TempDir(),
		"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", "")
	cmd.Stdout = &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("redis-server can't be started: %v; install it (make redis)", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = conn.Close()
			return fmt.Sprintf("redis://127.0.0.1:%d/0", port)
		}
	}
	t.Fatalf("redis-server does not answer:\n%s", log.String())
	return ""
}

// TestDayOnDiscordAndRedis is the mission on its real parts.
func TestDayOnDiscordAndRedis(t *testing.T) {
	t.Parallel()
	newStage(t, startRedis(t)).day()
}
