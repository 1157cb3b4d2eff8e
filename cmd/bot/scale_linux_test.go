package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/store/archive"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// filled is a store that can be filled at once, and watched.
type filled interface {
	Put(ctx context.Context, r archive.Record) error
	AddWatch(ctx context.Context, w watch.Watch) (watch.Watch, bool, error)
	Close() error
}

// revisions is how many each article has.
func revisions() int {
	if n, err := strconv.Atoi(os.Getenv("ERRATUM_SCALE_REVISIONS")); err == nil {
		return min(n, 19)
	}
	return 10
}

// TestScale prints what ERRATUM_SCALE watches of ten revisions each take in either
// store, and the real program on them: its memory at rest, what it and Redis spend on a
// second in which nothing is due, and the time from its start, after it was killed, to
// its first check.
func TestScale(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("ERRATUM_SCALE"))
	if err != nil {
		t.Skip("takes minutes: ERRATUM_SCALE=100000 (make scale)")
	}
	program := filepath.Join(t.TempDir(), "bot")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	t.Run("file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "erratum.db")
		s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path, Sync: sqlitestore.SyncNormal})
		if err != nil {
			t.Fatal(err)
		}
		fillAll(t, s, n)
		size, err := s.Bytes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d watches of %d revisions: %.1f MB on disk", n, revisions(), float64(size)/1e6)
		measure(t, inFile(t, program, path), s, nil)
	})
	t.Run("redis", func(t *testing.T) {
		h := redisHouse(t, program)
		url := strings.TrimPrefix(h.env[0], "ERRATUM_REDIS_URL=")
		o, err := redis.ParseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		o.DisableIdentity = true
		c := redis.NewClient(o)
		defer func() { _ = c.Close() }()
		_ = c.ConfigSet(t.Context(), "appendfsync", "no") // while it is filled
		s, err := redisstore.Open(t.Context(), redisstore.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		fillAll(t, s, n)
		_ = c.ConfigSet(t.Context(), "appendfsync", "always")
		used := number(t, c, "memory", "used_memory_dataset")
		t.Logf("%d watches of %d revisions: %.1f MB of data in Redis", n, revisions(), used/1e6)
		measure(t, h, s, func() float64 {
			return number(t, c, "cpu", "used_cpu_sys") + number(t, c, "cpu", "used_cpu_user")
		})
	})
}

func number(t *testing.T, c *redis.Client, section, name string) float64 {
	t.Helper()
	for line := range strings.Lines(c.Info(t.Context(), section).Val()) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), name+":"); ok {
			f, _ := strconv.ParseFloat(v, 64)
			return f
		}
	}
	t.Fatalf("Redis does not tell %s", name)
	return 0
}

// fillAll writes articles, four on a host, a watch each, none of them due.
func fillAll(t *testing.T, s filled, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for part := range 4 {
		wg.Go(func() {
			for i := part; i < n; i += 4 {
				if err := s.Put(t.Context(), someArticle(t, i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

var someWords = strings.Fields(`the a of to in and for on with by at from council harbour ferry fares rose percent Saturday
	residents mayor office vote budget pier winter boats officials said plan report money city crossing morning service
	commuters island bridge public meeting price union drivers season weather delay harbourmaster committee petition`)

// someArticle is one of 7 KB with ten revisions.
func someArticle(t *testing.T, i int) archive.Record {
	must := func(v any) json.RawMessage {
		doc, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		return doc
	}
	rng := rand.New(rand.NewPCG(uint64(i), 1))
	url := fmt.Sprintf("https://news%d.example/world/2026/03/14/council-votes-on-ferry-fares-%d", i/4, i)
	id, now := article.ID(url), time.Now()
	a := &article.Article{URL: url, Site: "The Harbour Post", Headline: "Council votes on ferry fares", Bylines: []string{"Ada Quill"}, Published: now, Language: "en", Extractor: "test/1"}
	for range 20 {
		var b strings.Builder
		for range 55 {
			b.WriteString(someWords[rng.IntN(len(someWords))] + " ")
		}
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: b.String()})
	}
	out := &archive.Article{Host: article.Host(url), Due: now.Add(24 * time.Hour).UnixMilli()}
	for r := 1; r <= revisions(); r++ {
		a.Blocks[r].Text += fmt.Sprintf("It counted %d crossings.", 1000+r)
		out.Revisions = append(out.Revisions, archive.Revision{N: r, Text: must(a),
			Meta: must(article.Revision{Label: article.Changed, Seen: now, Fetches: 2, Status: 200, Digest: a.Digest(), Reason: "a number changed"})})
		out.Changes = append(out.Changes, archive.Change{From: r - 1, To: r, Report: must(report.Report{Outcome: report.Changed, Severity: report.Major, Reason: "a number changed"})})
		out.Log += string(must(watch.Visit{At: now, Outcome: watch.OutChanged, Reason: "a number changed", Status: 200, Digest: a.Digest(), Revision: r})) + "\n"
	}
	out.State = must(watch.State{ID: id, URL: url, Title: a.Headline, Last: revisions(), LastDigest: a.Digest(), LastGood: now, Extractor: "test/1"})
	to := alert.Destination{Guild: "112233445566778899", Channel: "998877665544332211"}
	out.Watches = []archive.Watch{{Watch: watch.Watch{ID: watch.WatchID(to, id), Article: id, URL: url, Title: a.Headline, Destination: to, Alerts: alert.Facts,
		Schedule: "adaptive", Creator: "123456789012345678", Created: now.UTC(), First: 1, Told: revisions(), Judged: revisions(), LastMessage: "1122334455667788990"}}}
	return archive.Record{Name: archive.Name{Kind: "article", ID: id}, Article: out}
}

// measure starts the program on a filled store, kills it and starts it again.
func measure(t *testing.T, h house, s filled, redisCPU func() float64) {
	t.Helper()
	asked := make(chan time.Time, 100)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/story") {
			asked <- time.Now()
		}
		http.NotFound(w, r)
	}))
	defer site.Close()
	h.env = append(h.env, "ERRATUM_ALLOW_LOOPBACK=true", "ERRATUM_HOST_SPACING=100ms", "ERRATUM_EXTRA_PORTS="+site.URL[strings.LastIndexByte(site.URL, ':')+1:])
	for run := range 4 {
		_, _, err := s.AddWatch(t.Context(), watch.Watch{URL: fmt.Sprintf("%s/story%d", site.URL, run), Destination: alert.Destination{Guild: "1", Channel: "2"}, Alerts: alert.All, Schedule: "adaptive"})
		if err != nil {
			t.Fatal(err)
		}
		cmd := h.command("console")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
		begun := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		select {
		case at := <-asked:
			t.Logf("start %d to first check: %s", run+1, at.Sub(begun).Round(time.Millisecond))
		case <-time.After(time.Minute):
			t.Error("nothing was checked for a minute")
		}
		if run == 3 {
			<-time.After(5 * time.Second)
			before, from := cpu(t, cmd.Process.Pid), 0.0
			if redisCPU != nil {
				from = redisCPU()
			}
			<-time.After(20 * time.Second)
			t.Logf("at rest: %d MB of memory, %.1f ms of CPU a second", memory(t, cmd.Process.Pid)>>10, 1000*(cpu(t, cmd.Process.Pid)-before)/20)
			if redisCPU != nil {
				t.Logf("Redis at rest: %.1f ms of CPU a second", 1000*(redisCPU()-from)/20)
			}
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		_ = in.Close()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// memory is a process's resident memory in KB.
func memory(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	n, _ := strconv.Atoi(strings.Fields(rest)[0])
	return n
}

// cpu is what a process has spent, in seconds.
func cpu(t *testing.T, pid int) float64 {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(rest)
	user, _ := strconv.ParseFloat(f[11], 64)
	system, _ := strconv.ParseFloat(f[12], 64)
	return (user + system) / 100 // clock ticks of Linux
}
