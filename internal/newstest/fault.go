package newstest

import (
	"net/http"
	"strconv"
	"time"
)

// Fault is how an address misbehaves. Delay and Cut go along with any answer.
type Fault struct {
	Delay      time.Duration // before the answer; ends early when the client goes away
	Status     int           // answered in place of the page, e.g. 500 or 429
	RetryAfter time.Duration // sent along with Status, in whole seconds
	Cut        int           // the connection is cut after this many bytes of the page; 0: not
	Times      int           // how many fetches it strikes; 0: until it is taken away
}

// strike counts the fetch and gives the fault that meets it, if any: that of the
// page, else that of its host.
func (s *Site) strike(host, path string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := host + path
	s.fetches[key]++
	if s.faults[key] == nil {
		key = host
	}
	f := s.faults[key]
	if f == nil {
		return Fault{}
	}
	now := *f
	if f.Times == 1 {
		delete(s.faults, key)
	} else if f.Times > 1 {
		f.Times--
	}
	return now
}

// before answers for the fault and reports whether the request is done with.
func (f Fault) before(w http.ResponseWriter, r *http.Request) bool {
	if f.Delay > 0 {
		wait := time.NewTimer(f.Delay)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-r.Context().Done():
			return true
		}
	}
	if f.Status == 0 {
		return false
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter/time.Second)))
	}
	http.Error(w, http.StatusText(f.Status), f.Status)
	return true
}
