package fetch

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"erratum/internal/article"
)

// newDial returns the only dial function of the program's way to the web.
func newDial(o Options) func(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{
		Timeout:  10 * time.Second, // look-up and connecting
		Resolver: o.Resolver,
		Control:  newGuard(o),
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, _, err := net.SplitHostPort(address); err == nil {
			if dial, ok := o.InMemory[host]; ok {
				return dial(ctx)
			}
		}
		return dialer.DialContext(ctx, network, address)
	}
}

// newGuard returns the check that every socket passes once its address is known and
// before it is connected (net.Dialer.Control).
func newGuard(o Options) func(network, address string, c syscall.RawConn) error {
	ports := []uint16{80, 443}
	for _, p := range o.ExtraPorts {
		ports = append(ports, uint16(p))
	}
	guard := ssrf.New(
		ssrf.WithPorts(ports...),
		// Azure's machine agent answers at a public address that only the machine
		// itself can reach; the IANA registries do not know it.
		ssrf.WithDeniedV4Prefixes(netip.MustParsePrefix("168.63.129.16/32")),
	)
	return func(network, address string, c syscall.RawConn) error {
		if o.AllowLoopback {
			if ap, err := netip.ParseAddrPort(address); err == nil && ap.Addr().Unmap().IsLoopback() {
				return nil
			}
		}
		return guard.Safe(network, address, c)
	}
}

// reserved reports whether a host name can never be registered (RFC 2606, RFC 6761).
func reserved(host string) bool {
	normal, err := article.NormalizeURL("http://" + host + "/")
	if err != nil || article.Host(normal) != host {
		return false
	}
	switch host[strings.LastIndexByte(host, '.')+1:] {
	case "example", "test", "invalid", "localhost":
		return true
	default:
		return false
	}
}
