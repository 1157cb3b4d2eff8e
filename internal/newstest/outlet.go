package newstest

// outlet is an invented publisher with a house style.
type outlet struct {
	Host   string
	Name   string
	Layout string // file in layouts
	Nav    []string

	promos   []string
	dates    [2]string // how it writes dates, before and after a redesign
	etags    bool      // answers carry an ETag
	modified bool      // answers carry Last-Modified
	rotates  bool      // shows other promotions at each fetch
}

// outlets lists them. They differ in what makes watching hard: layout, where notes
// stand, how well they answer conditional requests, and what moves around the text.
func outlets() []outlet {
	return []outlet{
		{
			Host: "harbour-courier.test", Name: "The Harbour Courier", Layout: "courier.html", etags: true, modified: true,
			Nav:   []string{"News", "Sport", "Council", "Tides", "What’s on", "Jobs", "Notices"},
			dates: [2]string{"2 January 2006, 3.04pm", "02/01/2006 15:04"},
			promos: []string{
				"Advertisement. Winter tyres fitted while you wait at Brock Motors, Thornby Road.",
				"Advertisement. Half-price oysters on Thursdays at the Lugger Inn.",
				"Advertisement. Ellery Windows: thirty years of keeping the weather out.",
			},
		},
		{
			Host: "northern-ledger.test", Name: "Northern Ledger", Layout: "ledger.html", rotates: true,
			Nav:   []string{"Markets", "Companies", "Courts", "Regions", "Opinion", "Letters"},
			dates: [2]string{"Jan 2, 2006 15:04", "Monday 2 January 2006"},
			promos: []string{
				"Advertisement: fixed-rate bonds from Tyne & Wold Building Society. Your capital may be at risk.",
				"Advertisement: office space to let, Brackley Mills, from £9 a square foot.",
				"Advertisement: Ledger Live, a day of talks on the future of freight. Book now.",
				"Advertisement: your pension, explained in twenty minutes. Download the guide.",
			},
		},
		{
			Host: "meridian-wire.test", Name: "Meridian Wire", Layout: "wire.html", modified: true,
			Nav:    []string{"World", "Business", "Science", "Pictures"},
			dates:  [2]string{"2006-01-02 15:04 MST", "2 Jan 2006 15:04"},
			promos: []string{"New this month: audio bulletins in four languages.", "New this month: maps of the flood season."},
		},
		{
			Host: "the-lantern.test", Name: "The Lantern", Layout: "lantern.html", etags: true,
			Nav:   []string{"Home", "Politics", "Health", "Culture", "Sport", "Long reads"},
			dates: [2]string{"Monday 2 January 2006 15:04", "2 January 2006"},
			promos: []string{
				"Promoted: twelve cottages by the sea for under £300.",
				"Promoted: the jumper that our fashion desk can’t stop wearing.",
				"Promoted: learn Italian with ten minutes a day.",
			},
		},
	}
}

func findOutlet(host string) (outlet, bool) {
	for _, o := range outlets() {
		if o.Host == host {
			return o, true
		}
	}
	return outlet{}, false
}
