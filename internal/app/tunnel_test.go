package app_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"erratum/internal/newstest"
)

// tunnel is a program's way to the real Discord, which ends at a handler of the test's: the
// proxy that HTTPS_PROXY names, and behind it a server whose certificate the program trusts
// by SSL_CERT_FILE. The program needs to know nothing of it.
type tunnel struct {
	t     *testing.T
	hosts []string // host:port that may be asked for
	cert  tls.Certificate
	roots string // file of certificates to trust
	proxy string // address
	led   chan net.Conn
	done  chan struct{}
}

// newTunnel makes a tunnel that leads the hosts' port 443 to a handler.
func newTunnel(t *testing.T, to http.Handler, hosts ...string) *tunnel {
	t.Helper()
	n := &tunnel{t: t, roots: filepath.Join(t.TempDir(), "roots.pem"), led: make(chan net.Conn), done: make(chan struct{})}
	for _, h := range hosts {
		n.hosts = append(n.hosts, net.JoinHostPort(h, "443"))
	}
	n.certify(hosts)
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n.proxy = "http://" + ln.Addr().String()
	proxy := &http.Server{Handler: http.HandlerFunc(n.connect), ReadHeaderTimeout: 10 * time.Second}
	ends := &http.Server{Handler: to, ReadHeaderTimeout: 10 * time.Second, TLSConfig: &tls.Config{Certificates: []tls.Certificate{n.cert}, MinVersion: tls.VersionTLS12}}
	var serving sync.WaitGroup
	serving.Go(func() { _ = proxy.Serve(ln) })
	serving.Go(func() { _ = ends.ServeTLS(n, "", "") })
	t.Cleanup(func() {
		_ = proxy.Close()
		_ = ends.Close()
		serving.Wait()
	})
	return n
}

// certify makes a certificate of the hosts that vouches for itself.
func (n *tunnel) certify(hosts []string) {
	n.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		n.t.Fatal(err)
	}
	said := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: hosts, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, said, said, key.Public(), key)
	if err != nil {
		n.t.Fatal(err)
	}
	n.cert = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	if err := os.WriteFile(n.roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		n.t.Fatal(err)
	}
}

// connect answers CONNECT, and nothing else.
func (n *tunnel) connect(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect || !slices.Contains(n.hosts, r.Host) {
		n.t.Errorf("the proxy was asked to %s %s", r.Method, r.Host)
		http.Error(w, "not by this way", http.StatusForbidden)
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_, err = conn.Write([]byte("HTTP/1.1 200 OK\r\n\r\n"))
	}
	if err != nil {
		n.t.Errorf("the proxy: %v", err)
		return
	}
	select {
	case n.led <- conn:
	case <-n.done:
		_ = conn.Close()
	}
}

// Accept implements net.Listener: it waits for the next program that was led through.
func (n *tunnel) Accept() (net.Conn, error) {
	select {
	case c := <-n.led:
		return c, nil
	case <-n.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. It is closed once, by its server.
func (n *tunnel) Close() error {
	close(n.done)
	return nil
}

// Addr implements net.Listener.
func (n *tunnel) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

// environ is what tells a program of the tunnel.
func (n *tunnel) environ() []string {
	return []string{"HTTPS_PROXY=" + n.proxy, "SSL_CERT_FILE=" + n.roots}
}
