package month

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// Handler serves all outlets, told apart by the Host of the request. It goes by the
// clock: a page shows the state of the moment.
func (m *Month) Handler() http.Handler { return http.HandlerFunc(m.serve) }

func (m *Month) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("User-agent: *\nDisallow: /search\n"))
		return
	}
	name, _, _ := strings.Cut(r.Host, ":")
	a := m.byPath[name+r.URL.Path]
	if a == nil {
		http.NotFound(w, r)
		return
	}
	m.mu.Lock()
	v, see := a.view(m.o.Seed, r.URL.Path, time.Now())
	if v.redirect == "" {
		a.looks = append(a.looks, see)
	}
	m.mu.Unlock()
	if see.hid == hanging {
		<-r.Context().Done()
	}
	v.send(w, r)
}

// view is an answer, drawn.
type view struct {
	host     *host
	redirect string
	trouble  trouble
	page     []byte
	wait     string // Retry-After
}

// view draws what the article's page shows to one request.
func (a *Article) view(seed uint64, path string, now time.Time) (view, sight) {
	i := 0
	for i+1 < len(a.states) && !a.states[i+1].from.After(now) {
		i++
	}
	s := a.states[i]
	v := view{host: a.host}
	if path != s.path {
		v.redirect = "http://" + a.host.name + s.path
		return v, sight{}
	}
	a.fetches++
	a.host.fetches++
	see := sight{at: now, state: i}
	r := dice(seed, "look", a.index, a.fetches)
	v.trouble = a.troubled(now, r.Float64)
	see.hid = v.trouble
	if s.removed && !v.trouble.blinds() {
		see.hid, v.trouble = missing, missing
	}
	switch v.trouble {
	case limited, busy:
		v.wait = pick(r, []string{"30", "120", "900"})
	case consent, login, captcha, forbidden, soft:
		v.page = wallPage(a.host, v.trouble)
	case "", teaser, foreign, stale, titleTest, textTest:
		v.page = a.render(seed, i, now, v.trouble)
	}
	return v, see
}

// troubled draws which trouble a request meets, if any.
func (a *Article) troubled(now time.Time, chance func() float64) trouble {
	for _, list := range [][]spell{a.host.spells, a.spells} {
		for _, s := range list {
			if s.covers(now) && chance() < s.share {
				return s.kind
			}
		}
	}
	return ""
}

// send answers.
func (v view) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	switch {
	case v.redirect != "":
		http.Redirect(w, r, v.redirect, http.StatusMovedPermanently)
		return
	case v.trouble == down:
		panic(http.ErrAbortHandler) // the connection ends
	}
	status := http.StatusOK
	switch v.trouble {
	case faulty:
		status = http.StatusInternalServerError
	case limited:
		status = http.StatusTooManyRequests
	case busy:
		status = http.StatusServiceUnavailable
	case forbidden:
		status = http.StatusForbidden
	case missing:
		status = http.StatusNotFound
	}
	if v.wait != "" {
		h.Set("Retry-After", v.wait)
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	if status == http.StatusOK && v.host.pace == still {
		sum := sha256.Sum256(v.page)
		tag := `"` + hex.EncodeToString(sum[:9]) + `"`
		h.Set("Etag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if v.trouble == titleTest {
		h.Set("Vary", "X-Experiment")
	}
	w.WriteHeader(status)
	_, _ = w.Write(v.page)
}
