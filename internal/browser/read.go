package browser

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// tame takes from a page's scripts what they could stop the reading with, or speak to
// others by without a proxy.
const tame = `for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => null;
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) delete window[name];`

// state is what a page looks like at a moment.
type state struct {
	URL    string `json:"url"`
	Ready  bool   `json:"ready"`
	Size   int    `json:"size"`
	Status int    `json:"status"` // HTTP status of the document, 0 when not known
}

const stateOf = `(() => {
	const nav = performance.getEntriesByType("navigation")[0];
	return {
		url: location.href, ready: document.readyState == "complete", status: nav ? nav.responseStatus : 0,
		size: document.documentElement ? document.documentElement.outerHTML.length : 0,
	};
})()`

// read opens a page in a tab and returns it once its scripts have come to rest.
func (b *Browser) read(tab context.Context, url string) (*fetch.Page, error) {
	err := chromedp.Do(tab, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: tame}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny})
		return err
	}))
	if err != nil {
		return nil, err
	}
	opened, err := chromedp.Call(tab, page.Navigate, page.NavigateParams{URL: url})
	if err != nil {
		return nil, err
	}
	if opened.ErrorText != "" {
		return nil, &article.ReadError{Problem: article.Unreachable, Reason: "the site gave no proper answer to the browser"}
	}
	at, err := rest(tab)
	if err != nil {
		return nil, err
	}
	return b.take(tab, at)
}

// rest waits until a page does not change any more, or has had its time.
func rest(tab context.Context) (state, error) {
	const step = 250 * time.Millisecond
	var last state
	still := time.Duration(0)
	for waited := time.Duration(0); waited < settle && still < quiet; waited += step {
		select {
		case <-tab.Done():
			return last, context.Cause(tab)
		case <-time.After(step):
		}
		now, err := chromedp.Run(tab, chromedp.Evaluate[state](stateOf))
		switch {
		case err != nil && tab.Err() != nil:
			return last, context.Cause(tab)
		case err != nil: // between two documents
			still = 0
			continue
		case now.Ready && now.Size == last.Size && now.URL == last.URL:
			still += step
		default:
			still = 0
		}
		last = now
	}
	return last, nil
}

// take makes a page of what a tab shows.
func (b *Browser) take(tab context.Context, at state) (*fetch.Page, error) {
	if at.Status >= 400 {
		return nil, refused(at.Status)
	}
	url, err := article.NormalizeURL(at.URL)
	if err != nil {
		return nil, &article.ReadError{Problem: article.Unreachable, Reason: "the page leads the browser to an address that is none", Err: err}
	}
	if at.Size > b.options.MaxBytes {
		return nil, &article.ReadError{Problem: article.Unreadable, Reason: "the page is larger than Erratum reads"}
	}
	html, err := chromedp.Run(tab, chromedp.Evaluate[string](`"<!doctype html>" + document.documentElement.outerHTML`))
	if err != nil {
		return nil, err
	}
	body := []byte(strings.ToValidUTF8(html, "\uFFFD"))
	if len(body) > 3*b.options.MaxBytes { // letters beyond ASCII take more bytes than they count
		return nil, &article.ReadError{Problem: article.Unreadable, Reason: "the page is larger than Erratum reads"}
	}
	return &fetch.Page{URL: url, Status: http.StatusOK, MediaType: "text/html", Body: body, Digest: fetch.Digest(body)}, nil
}

// refused is the problem of a page that came with an error's status.
func refused(status int) error {
	e := &article.ReadError{Problem: article.BlockedBy, Status: status, Reason: "the site refuses to show the page to Erratum"}
	switch {
	case status == http.StatusNotFound || status == http.StatusGone:
		e.Problem, e.Reason = article.Gone, "the page is gone"
	case status == http.StatusTooManyRequests:
		e.Problem, e.Reason = article.RateLimited, "the site asks to be read less often"
	case status >= 500:
		e.Problem, e.Reason = article.Unreachable, "the site has a fault"
	}
	return e
}
