package fetch

import (
	"context"
	"net"
	"time"
)

// The methods of this file lend the way out to whoever must connect by itself and may
// not do so past the guard: a browser that runs the scripts of a page.

// Dial connects to a host by the guard that fetches meet: "host:port", public addresses
// and allowed ports only.
func (f *Fetcher) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return f.dial(ctx, network, address)
}

// Admit asks a page's site whether bots may read it, and waits for the site's turn, as
// a fetch does before its request. It returns how long the site wants to be left alone
// afterwards. The error is a *[article.ReadError], or the context's.
func (f *Fetcher) Admit(ctx context.Context, url string) (time.Duration, error) {
	delay, err := f.heed(ctx, url)
	if err == nil {
		err = f.pace.wait(ctx, url)
	}
	if err != nil && ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if err != nil {
		return 0, f.explain(err)
	}
	return delay, nil
}

// Explain says in plain words what an error of Dial means: it makes a
// *[article.ReadError] of it.
func (f *Fetcher) Explain(err error) error { return f.explain(err) }
