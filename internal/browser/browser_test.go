package browser_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/browser"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
)

// needChromium skips a test that needs an installed Chromium, and minutes.
func needChromium(t *testing.T) {
	t.Helper()
	if os.Getenv("ERRATUM_LONG") == "" {
		t.Skip("needs Chromium and a while: ERRATUM_LONG=1 (make long)")
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Fatal("there is no chromium: sh tools/chromium.sh installs it")
	}
}

// sites serves hosts under .example from inside the test.
type sites struct {
	*fetch.Fetcher
	mux *http.ServeMux

	mu     sync.Mutex
	dialed map[string]bool
}

// Dial remembers what was dialled.
func (s *sites) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	s.mu.Lock()
	s.dialed[address] = true
	s.mu.Unlock()
	return s.Fetcher.Dial(ctx, network, address)
}

// newSites returns sites whose guard lets the ports of canaries pass, so that only the
// address stands between a page and them.
func newSites(t *testing.T, ports ...int) *sites {
	t.Helper()
	s := &sites{mux: http.NewServeMux(), dialed: map[string]bool{}}
	pipe := newstest.NewPipe()
	server := newstest.Start(s.mux, pipe)
	hosts := map[string]fetch.Dialer{}
	for _, h := range []string{"app.example", "cdn.example", "shut.example"} {
		hosts[h] = func(ctx context.Context) (net.Conn, error) { return pipe.DialContext(ctx, "", "") }
	}
	f, err := fetch.New(fetch.Options{InMemory: hosts, ExtraPorts: ports, Robots: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Fetcher = f
	t.Cleanup(func() {
		f.Close()
		_ = server.Close()
	})
	return s
}

// page answers a path with HTML.
func (s *sites) page(path, html string) {
	s.mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, "<!doctype html><html><head><title>t</title></head><body>"+html+"</body></html>")
	})
}

func (s *sites) browser(t *testing.T, o browser.Options) *browser.Browser {
	t.Helper()
	o.Path, o.NoSandbox, o.UserAgent = "auto", os.Getuid() == 0, "Erratum/test"
	b, err := browser.New(o, s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// leftovers counts the processes of Chromium that live, and its folders.
func leftovers(t *testing.T) int {
	t.Helper()
	for _, name := range []string{"erratum-browser-*", "chromedp-runner*", "org.chromium.*"} {
		if left, err := filepath.Glob(filepath.Join(os.TempDir(), name)); err != nil || len(left) > 0 {
			t.Errorf("left behind: %q, %v", left, err)
		}
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Skip(err)
	}
	n := 0
	for _, e := range entries {
		line, err := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		if err == nil && strings.Contains(string(line), "chromedp-runner") {
			n++
		}
	}
	return n
}

const story = "The harbour bridge was closed on Monday after an inspection found cracks in two of its pillars."

// TestRender reads what only a script writes, from the page's own site and another.
func TestRender(t *testing.T) {
	needChromium(t)
	s := newSites(t)
	s.page("app.example/story", `<div id="root"></div><script src="http://cdn.example/app.js"></script>`)
	s.mux.HandleFunc("cdn.example/app.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = fmt.Fprint(w, `fetch("/api/story").then(r => r.text()).then(t => setTimeout(() => {
			alert("hello");
			document.getElementById("root").innerHTML = "<article><p>" + t + " " + navigator.userAgent + "</p></article>";
		}, 700));`)
	})
	s.mux.HandleFunc("app.example/api/story", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, story) })
	s.mux.HandleFunc("app.example/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/story", http.StatusFound) })
	s.mux.HandleFunc("shut.example/robots.txt", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "User-agent: *\nDisallow: /") })
	b := s.browser(t, browser.Options{Pages: 2})
	for _, path := range []string{"story", "moved"} {
		page, err := b.Render(t.Context(), "http://app.example/"+path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page.Body), story+" Erratum/test") || page.URL != "http://app.example/story" || page.Digest == "" {
			t.Errorf("%s: %s: %s", path, page.URL, page.Body)
		}
	}
	for url, want := range map[string]article.Problem{
		"http://app.example/missing": article.Gone,
		"http://shut.example/a":      article.BlockedBy,
		"http://127.0.0.1/a":         article.Refused,
		"http://no.such.invalid/a":   article.Unreachable,
	} {
		_, err := b.Render(t.Context(), url)
		if e := new(article.ReadError); !errors.As(err, &e) || e.Problem != want {
			t.Errorf("%s: %v, want %s", url, err, want)
		}
	}
	if n := leftovers(t); n != 0 {
		t.Errorf("%d processes live on", n)
	}
	for address := range s.dialed {
		if !strings.HasPrefix(address, "app.example:") && !strings.HasPrefix(address, "cdn.example:") && !strings.HasPrefix(address, "127.0.0.1:") && !strings.HasPrefix(address, "no.such.invalid:") {
			t.Errorf("Chromium asks by itself for %s", address)
		}
	}
}

// canary counts who connects to it.
type canary struct {
	tcp  net.Listener
	udp  net.PacketConn
	hits atomic.Int32
}

func newCanary(t *testing.T) *canary {
	t.Helper()
	var lc net.ListenConfig
	c := &canary{}
	var err error
	if c.tcp, err = lc.Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if c.udp, err = lc.ListenPacket(t.Context(), "udp", c.tcp.Addr().String()); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			conn, err := c.tcp.Accept()
			if err != nil {
				return
			}
			c.hits.Add(1)
			_ = conn.Close()
		}
	}()
	go func() {
		buf := make([]byte, 1500)
		for {
			if _, _, err := c.udp.ReadFrom(buf); err != nil {
				return
			}
			c.hits.Add(1)
		}
	}()
	t.Cleanup(func() {
		_ = c.tcp.Close()
		_ = c.udp.Close()
	})
	return c
}

func (c *canary) port(t *testing.T) int {
	t.Helper()
	a, ok := c.tcp.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal("no TCP address")
	}
	return a.Port
}

// TestNoWayIn lets pages try every way to this machine and its network that scripts
// have; none arrives.
func TestNoWayIn(t *testing.T) {
	needChromium(t)
	c := newCanary(t)
	port := c.port(t)
	s := newSites(t, port)
	s.mux.HandleFunc("app.example/inside", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, fmt.Sprintf("http://127.0.0.1:%d/r", port), http.StatusFound)
	})
	attempts := strings.ReplaceAll(`<p>`+story+`</p><div id="log"></div>
<iframe src="http://127.0.0.1:PORT/frame"></iframe><img src="http://localhost:PORT/img"><link rel="stylesheet" href="http://127.0.0.1:PORT/css">
<link rel="preconnect" href="http://127.0.0.1:PORT"><link rel="dns-prefetch" href="//inside.test"><link rel="prefetch" href="http://127.0.0.1:PORT/pre">
<a id="a" ping="http://127.0.0.1:PORT/ping" href="#x">x</a>
<form id="f" target="fr" method="post" action="http://127.0.0.1:PORT/form"></form><iframe name="fr"></iframe>
<script>
const say = s => document.getElementById("log").append(s + "; ");
const hosts = ["127.0.0.1:PORT", "localhost:PORT", "[::1]:PORT", "0.0.0.0:PORT", "2130706433:PORT", "127.1:PORT", "169.254.169.254"];
for (const h of hosts) {
	for (const scheme of ["http", "https"]) fetch(scheme + "://" + h + "/latest/meta-data/", {mode: "no-cors"}).then(() => say("reached " + scheme + " " + h), () => say("failed"));
	try { const w = new WebSocket("ws://" + h + "/s"); w.onopen = () => say("reached ws " + h); } catch (e) { say("failed"); }
	try { new EventSource("http://" + h + "/e").onopen = () => say("reached es " + h); } catch (e) { say("failed"); }
	navigator.sendBeacon("http://" + h + "/beacon", "x");
}
fetch("/inside").then(() => say("reached by redirect"), () => say("failed"));
fetch("file:///etc/passwd").then(() => say("reached a file"), () => say("failed"));
try {
	const pc = new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.1:PORT"}, {urls: "turn:127.0.0.1:PORT?transport=tcp", username: "u", credential: "c"}]});
	pc.createDataChannel("x"); pc.createOffer().then(o => pc.setLocalDescription(o));
} catch (e) { say("failed"); }
try { new Worker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:PORT/w')"]))); } catch (e) { say("failed"); }
window.open("http://127.0.0.1:PORT/popup");
document.getElementById("a").click(); document.getElementById("f").submit();
</script>`, "PORT", fmt.Sprint(port))
	s.page("app.example/attempts", attempts)
	s.page("app.example/leave", fmt.Sprintf(`<p>%s</p><script>location.href = "http://127.0.0.1:%d/gone"</script>`, story, port))
	s.page("app.example/file", fmt.Sprintf(`<a id="d" download href="http://127.0.0.1:%d/file">x</a><script>document.getElementById("d").click()</script>`, port))
	s.page("app.example/refresh", fmt.Sprintf(`<meta http-equiv="refresh" content="0;url=http://127.0.0.1:%d/gone">`, port))
	b := s.browser(t, browser.Options{})
	page, err := b.Render(t.Context(), "http://app.example/attempts")
	if err != nil {
		t.Fatal(err)
	}
	_, log, _ := strings.Cut(string(page.Body), `id="log">`)
	log, _, _ = strings.Cut(log, "</div>")
	if !strings.Contains(string(page.Body), story) || strings.Contains(log, "reached") || strings.Count(log, "failed") < 10 {
		t.Errorf("the page says: %s", log)
	}
	for _, path := range []string{"inside", "leave", "refresh", "file"} {
		page, err := b.Render(t.Context(), "http://app.example/"+path)
		if e := new(article.ReadError); err == nil || !errors.As(err, &e) {
			t.Errorf("%s: %v, %v", path, page, err)
		}
	}
	if n := c.hits.Load(); n != 0 {
		t.Errorf("%d connections reached this machine", n)
	}
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", c.tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	for end := time.Now().Add(5 * time.Second); c.hits.Load() == 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
	}
	if c.hits.Load() == 0 {
		t.Error("the canary counts nothing")
	}
}

// TestBounds: whatever a page does, it ends in time and leaves no process.
func TestBounds(t *testing.T) {
	needChromium(t)
	s := newSites(t)
	s.page("app.example/loop", `<p>x</p><script>for (;;) {}</script>`)
	s.page("app.example/grow", `<p>x</p><script>setInterval(() => document.body.append("more "), 100)</script><p>`+story+`</p>`)
	s.page("app.example/huge", `<script>document.body.append("x".repeat(9 << 20))</script>`)
	s.page("app.example/reload", `<script>setTimeout(() => location.reload(), 50)</script>`)
	s.page("app.example/memory", `<script>const a = []; for (;;) a.push(new Array(1e6).fill(a.length))</script>`)
	s.mux.HandleFunc("app.example/endless", func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	s.page("app.example/traffic", `<p>`+story+`</p><script>for (let i = 0; i < 4; i++) fetch("/endless?" + i).then(r => r.text()).catch(() => 0)</script>`)
	b := s.browser(t, browser.Options{Timeout: 20 * time.Second})
	for path, readable := range map[string]bool{"loop": false, "grow": true, "huge": false, "reload": true, "memory": false, "traffic": true} {
		start := time.Now()
		_, err := b.Render(t.Context(), "http://app.example/"+path)
		took := time.Since(start)
		t.Log(path, took.Round(100*time.Millisecond), err)
		if e := new(article.ReadError); readable && err != nil || !readable && !errors.As(err, &e) {
			t.Errorf("%s: %v", path, err)
		}
		if took > 30*time.Second {
			t.Errorf("%s took %s", path, took)
		}
		if n := leftovers(t); n != 0 {
			t.Errorf("%s: %d processes live on", path, n)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := b.Render(ctx, "http://app.example/loop"); !errors.Is(err, context.DeadlineExceeded) || leftovers(t) != 0 {
		t.Errorf("a caller who has no more time: %v, %d processes", err, leftovers(t))
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	if _, err := browser.New(browser.Options{Path: "/no/such/chromium"}, nil); err == nil || !strings.Contains(err.Error(), "no program") {
		t.Error(err)
	}
}
