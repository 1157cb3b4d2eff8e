package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"erratum/internal/article"
)

// read turns an answer that is no redirect into a page or a typed error.
func (f *Fetcher) read(resp *http.Response, known article.Validators, digest string) (*Page, error) {
	page := &Page{
		Status:     resp.StatusCode,
		Header:     keepHeader(resp.Header),
		Validators: readValidators(resp.Header),
		Varies:     varies(resp.Header),
	}
	if resp.StatusCode == http.StatusNotModified && known != (article.Validators{}) {
		page.NotModified = true
		if page.Validators == (article.Validators{}) {
			page.Validators = known // a 304 need not repeat them
		}
		return page, nil
	}
	if err := checkStatus(resp); err != nil {
		return nil, err
	}
	err := f.readBody(resp, func(raw []byte) error {
		page.Digest = Digest(raw)
		if page.Digest == digest {
			page.NotModified = true
			return nil
		}
		var err error
		page.Body, page.MediaType, err = Text(raw, resp.Header.Get("Content-Type"))
		return err
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// Digest names the bytes of a page: their SHA-256 in lower-case hex.
func Digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// keepHeader copies the fields of [Page.Header].
func keepHeader(h http.Header) http.Header {
	out := make(http.Header, 5)
	for _, name := range []string{"Age", "Cache-Control", "Content-Language", "Date", "Link"} {
		if v := h[name]; len(v) > 0 {
			out[name] = v
		}
	}
	return out
}

// readValidators takes what a server gave to ask with later. They are sent back and
// stored, so long ones are not taken.
func readValidators(h http.Header) article.Validators {
	const longest = 512
	var v article.Validators
	if s := h.Get("Etag"); len(s) <= longest {
		v.ETag = s
	}
	if s := h.Get("Last-Modified"); len(s) <= longest {
		v.LastModified = s
	}
	return v
}

// checkStatus returns nil for statuses that bring a page.
func checkStatus(resp *http.Response) error {
	status := resp.StatusCode
	if h := resp.Header; h.Get("Cf-Mitigated") != "" || h.Get("X-Amzn-Waf-Action") != "" {
		return &article.ReadError{Problem: article.BlockedBy, Status: status, Reason: "the site asks to prove that a person is reading"}
	}
	fail := func(p article.Problem, reason string) error {
		return &article.ReadError{Problem: p, Reason: reason, Status: status, RetryAfter: retryAfter(resp.Header)}
	}
	switch {
	case status == http.StatusOK, status == http.StatusNonAuthoritativeInfo:
		return nil
	case status == http.StatusNotFound, status == http.StatusGone:
		return fail(article.Gone, "the page is gone")
	case status == http.StatusUnauthorized:
		return fail(article.BlockedBy, "the site asks for a log-in")
	case status == http.StatusPaymentRequired:
		return fail(article.BlockedBy, "the site asks for a payment")
	case status == http.StatusUnavailableForLegalReasons:
		return fail(article.BlockedBy, "the site may not show the page here for legal reasons")
	case status == http.StatusTooManyRequests,
		status == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return fail(article.RateLimited, "the site asks to be read less often")
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		return fail(article.Unreachable, "the site gave up on the request")
	case status >= 500 && status < 600:
		return fail(article.Unreachable, "the site has a fault")
	case status >= 400:
		return fail(article.BlockedBy, "the site refuses to show the page to Erratum")
	case status == http.StatusNoContent, status == http.StatusResetContent:
		return fail(article.Unreadable, "the page is empty")
	default:
		return fail(article.Unreachable, "the site gave an answer that is not a page")
	}
}

// maxRetryAfter bounds how long a server may silence a watch: a slip of the pen in a
// header must not do it for a year.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads Retry-After in both its forms. Dates are taken relative to the
// server's own clock, when it tells it. What cannot be read is 0.
func retryAfter(h http.Header) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseUint(v, 10, 63); err == nil {
		if n > uint64(maxRetryAfter/time.Second) {
			return maxRetryAfter
		}
		return time.Duration(n) * time.Second
	}
	if isDigits(v) { // too large for a number
		return maxRetryAfter
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}

// isDigits reports whether s is one or more ASCII digits.
func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
