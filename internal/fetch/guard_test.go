package fetch_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// canary is a service of this machine that must never be read.
func canary(t *testing.T) (port int, hits *atomic.Int32) {
	t.Helper()
	hits = new(atomic.Int32)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		_, _ = io.WriteString(w, page)
	})
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err = strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return port, hits
}

// loopbackSpellings are ways to write this machine's address: for resolvers, for
// parsers that think otherwise than ours, and for names that point here.
var loopbackSpellings = []string{
	"127.0.0.1", "127.1", "127.0.1", "127.0.0.2", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.0x0.0x0.0x1", "0X7F.1",
	"0177.0.0.1", "017700000001", "127.0.0.01", "127.000.000.001", "127.0.0.1.", "0", "0.0.0.0", "00.0.0.0", "[::1]", "[0:0:0:0:0:0:0:1]",
	"[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1%25lo]", "[fe80::1%lo]",
	"localhost", "LOCALHOST", "localhost.", "ｌｏｃａｌｈｏｓｔ", "sub.localhost", "localhost.localdomain", "loopback.example", "127.0.0.1.nip.example",
	"①②⑦.⓪.⓪.①", "127。0。0。1", "127．0．0．1", "１２７.0.0.1", "12７.0.0.1", "127%2e0.0.1", "%31%32%37.0.0.1", "127.0.0.1%00.news.example", "user@127.0.0.1", "news.example@127.0.0.1", `news.example\@127.0.0.1`,
}

func TestLoopbackInAllSpellings(t *testing.T) {
	port, hits := canary(t)
	// A resolver as foolish as some C libraries: every name is this machine.
	f := guarded(t, fetch.Options{ExtraPorts: []int{port}, Resolver: fakeDNS(func(string) []string { return []string{"127.0.0.1", "::1"} })})
	for _, host := range loopbackSpellings {
		e := fail(t, f, fmt.Sprintf("http://%s:%d/", host, port))
		want(t, e, article.Refused, "")
	}
	if len(loopbackSpellings) < 27 || hits.Load() != 0 {
		t.Errorf("%d spellings tried, the service was reached %d times", len(loopbackSpellings), hits.Load())
	}
	// The test can fail: the same service is reached once loopback is allowed.
	get(t, newFetcher(t, fetch.Options{}), fmt.Sprintf("http://127.0.0.1:%d/", port))
	if hits.Load() != 1 {
		t.Error("the canary does not sing")
	}
}

// private are addresses that no page stands on, or that lead to some that are not public.
var private = []string{
	"0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
	"192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
	"::", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:a00:1::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
}

func TestPrivateAddresses(t *testing.T) {
	for _, loopback := range []bool{false, true} {
		for _, address := range private {
			ip := netip.MustParseAddr(address)
			if loopback && ip.IsLoopback() {
				continue
			}
			o := fetch.Options{AllowLoopback: loopback, Resolver: fakeDNS(func(string) []string { return []string{address} }), Timeout: 5 * time.Second}
			e := fail(t, guarded(t, o), "http://metadata.example/latest")
			want(t, e, article.Refused, "")
		}
	}
}

func TestPrivateAddressIsSaid(t *testing.T) {
	f := guarded(t, fetch.Options{})
	want(t, fail(t, f, "http://10.0.0.1/"), article.Refused, "private network; Erratum only reads public pages")
	want(t, fail(t, f, "http://10.0.0.1:8080/"), article.Refused, "unusual port")
	want(t, fail(t, f, "http://9.9.9.9:22/"), article.Refused, "unusual port")
}

func TestRebinding(t *testing.T) {
	port, hits := canary(t)
	good := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close") // so that each fetch looks the name up
		_, _ = io.WriteString(w, page)
	})
	u, err := url.Parse(good.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("a name that turns private", func(t *testing.T) {
		// Loopback stands for the public address; no test needs the network.
		var turned atomic.Bool
		f := newFetcher(t, fetch.Options{ExtraPorts: []int{1}, Resolver: fakeDNS(func(string) []string {
			if turned.Load() {
				return []string{"10.0.0.1"}
			}
			return []string{"127.0.0.1"}
		})})
		get(t, f, "http://flip.example:"+u.Port()+"/")
		turned.Store(true)
		want(t, fail(t, f, "http://flip.example:80/"), article.Refused, "private")
	})
	t.Run("a thousand flips", func(t *testing.T) {
		var mu sync.Mutex
		random := rand.New(rand.NewPCG(1, 2))
		answers := [][]string{{"127.0.0.1", "::1"}, {"127.0.0.1", "::ffff:127.0.0.1"}, {"0.0.0.0", "::"}, {"10.0.0.1", "127.0.0.1", "fd00::1"}, {"127.8.8.8", "169.254.169.254", "64:ff9b::7f00:1"}}
		f := guarded(t, fetch.Options{ExtraPorts: []int{port}, Resolver: fakeDNS(func(string) []string {
			mu.Lock()
			defer mu.Unlock()
			return answers[random.IntN(len(answers))]
		})})
		for range 1000 {
			want(t, fail(t, f, fmt.Sprintf("http://flip.example:%d/", port)), article.Refused, "private")
		}
		if hits.Load() != 0 {
			t.Errorf("%d leaks", hits.Load())
		}
	})
	t.Run("mixed answers", func(t *testing.T) {
		f := newFetcher(t, fetch.Options{ExtraPorts: []int{port}, Resolver: fakeDNS(func(string) []string { return []string{"10.0.0.1", "fd00::1", "127.0.0.1"} })})
		get(t, f, "http://mixed.example:"+u.Port()+"/") // the one allowed address serves, the others are never dialled
	})
}

func TestInMemoryHost(t *testing.T) {
	port, hits := canary(t)
	memory := newMemoryNet()
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/out" {
			http.Redirect(w, r, fmt.Sprintf("http://127.0.0.1:%d/", port), http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, page)
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(memory)
	}()
	defer func() {
		_ = s.Close()
		<-done
	}()
	f := guarded(t, fetch.Options{ExtraPorts: []int{port}, Resolver: fakeDNS(func(string) []string { return []string{"10.0.0.1"} }), InMemory: map[string]fetch.Dialer{"news.example": memory.Dial}})
	if p := get(t, f, "http://news.example/a"); string(p.Body) != page || p.URL != "http://news.example/a" {
		t.Errorf("got %q at %s", p.Body, p.URL)
	}
	want(t, fail(t, f, "http://news.example/out"), article.Refused, "private")
	want(t, fail(t, f, "http://www.news.example/a"), article.Refused, "private")
	if hits.Load() != 0 {
		t.Error("an in-memory host opened the way to this machine")
	}
}

// fakeDNS returns a resolver that answers from a function; no addresses means that
// the name does not exist.
func fakeDNS(lookup func(name string) []string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			for answerDNS(server, lookup) == nil {
			}
		}()
		return client, nil
	}}
}

// answerDNS answers one question over a stream.
func answerDNS(c net.Conn, lookup func(string) []string) error {
	var size [2]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return err
	}
	buf := make([]byte, int(size[0])<<8|int(size[1]))
	if _, err := io.ReadFull(c, buf); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(buf); err != nil {
		return err
	}
	q := m.Questions[0]
	reply := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true, RecursionAvailable: true}, Questions: m.Questions}
	addresses := lookup(q.Name.String())
	if addresses == nil {
		reply.RCode = dnsmessage.RCodeNameError
	}
	for _, a := range addresses {
		ip := netip.MustParseAddr(a)
		h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET}
		switch {
		case q.Type == dnsmessage.TypeA && ip.Is4():
			reply.Answers = append(reply.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: ip.As4()}})
		case q.Type == dnsmessage.TypeAAAA && ip.Is6():
			reply.Answers = append(reply.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
		}
	}
	out, err := reply.Pack()
	if err != nil {
		return err
	}
	_, err = c.Write(append([]byte{byte(len(out) >> 8), byte(len(out))}, out...))
	return err
}
