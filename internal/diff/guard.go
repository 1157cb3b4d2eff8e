package diff

import (
	"strings"
	"sync"

	"erratum/internal/text"
)

// The lists below keep small changes of words from being taken for typos or filler.
// They are our own: closed classes, and pairs of real words one slip apart that mean
// different things in the news.

// guards are the lists of a language.
type guards struct {
	polarity map[string]bool // negators, quantifiers and number words: any change counts
	directed map[string]bool // function words that change who, where, when or how surely
	approx   map[string]bool // function words that make the number after them a bound or a guess
	real     map[string]bool // words that are not a misspelling of one another
}

// guardLists is how they are written down.
type guardLists struct{ polarity, directed, approx string }

// guardsOf returns the guards of a language, the English ones when it has none.
func guardsOf(lang string) *guards {
	all := guardsByLanguage()
	if g, ok := all[lang]; ok {
		return g
	}
	return all["en"]
}

// guardsByLanguage prepares the lists once; they do not change after that.
var guardsByLanguage = sync.OnceValue(func() map[string]*guards {
	written := map[string]guardLists{
		"en": {englishPolarity, englishDirected, englishApprox},
		"de": {germanPolarity, germanDirected, germanApprox},
		"fr": {frenchPolarity, frenchDirected, frenchApprox},
		"es": {spanishPolarity, spanishDirected, spanishApprox},
		"it": {italianPolarity, italianDirected, italianApprox},
		"pt": {portuguesePolarity, portugueseDirected, portugueseApprox},
		"uk": {ukrainianPolarity, ukrainianDirected, ukrainianApprox},
		"ru": {russianPolarity, russianDirected, russianApprox},
	}
	real := wordSet(realWords)
	out := make(map[string]*guards, len(written))
	for lang, l := range written {
		out[lang] = &guards{polarity: wordSet(l.polarity), directed: wordSet(l.directed), approx: wordSet(l.approx), real: real}
	}
	return out
})

func wordSet(list string) map[string]bool {
	out := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

// isPolar reports whether adding, dropping or changing a word can turn a statement
// around or change how many it speaks of.
func (g *guards) isPolar(lang, key string) bool {
	return g.polarity[key] || strings.HasSuffix(key, "n't") || text.IsCalendar(lang, key)
}

const (
	englishPolarity = `not no never none nobody nothing neither nor nowhere without cannot hardly barely scarcely
		deny denies denied fail fails failed refuse refuses refused
		all every each both most many more few fewer less some several half majority minority only almost nearly
		one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
		seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
		hundred hundreds thousand thousands million millions billion billions trillion dozen dozens
		first second third fourth fifth sixth seventh eighth ninth tenth once twice
		may might could can must`
	germanPolarity = `nicht nichts nie niemals kein keine keiner keinem keinen keines niemand weder ohne kaum
		alle aller allem allen alles jede jeder jedes jeden viele vieler vielen mehr meisten einige einigen wenige wenigen
		beide beiden halb hälfte nur fast mehrere
		eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig hundert tausend
		hunderte tausende million millionen milliarde milliarden
		erste ersten zweite zweiten dritte dritten vierte vierten kann können könnte könnten muss müssen soll sollen`
	frenchPolarity = `ne n' pas jamais aucun aucune rien personne ni sans guère non
		tous tout toute toutes chaque plusieurs quelques beaucoup plus moins peu plupart moitié presque seulement
		deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente cent cents mille million millions
		milliard milliards dizaine dizaines centaine centaines millier milliers
		premier première deuxième second seconde troisième peut peuvent pourrait pourraient doit doivent`
	spanishPolarity = `no nunca jamás ningún ninguno ninguna nada nadie ni sin tampoco
		todo toda todos todas cada varios varias algunos algunas muchos muchas más menos pocos pocas mayoría mitad casi solo sólo
		dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cien cientos ciento mil miles
		millón millones decenas primer primero primera segundo segunda tercer tercero tercera
		puede pueden podría podrían debe deben`
	italianPolarity = `non mai nessun nessuno nessuna niente nulla né senza neppure neanche
		tutto tutta tutti tutte ogni alcuni alcune molti molte più meno pochi poche maggioranza metà quasi solo soltanto
		due tre quattro cinque sei sette otto nove dieci undici dodici quindici venti trenta cento centinaia mille mila migliaia
		milione milioni miliardo miliardi decine primo prima secondo seconda terzo terza
		può possono potrebbe potrebbero deve devono`
	portuguesePolarity = `não nunca jamais nenhum nenhuma nada ninguém nem sem
		todo toda todos todas cada vários várias alguns algumas muitos muitas mais menos poucos poucas maioria metade quase só apenas
		dois duas três quatro cinco seis sete oito nove dez onze doze quinze vinte trinta cem cento centenas mil milhares
		milhão milhões bilhão bilhões dezenas primeiro primeira segundo segunda terceiro terceira
		pode podem poderia poderiam deve devem`
	ukrainianPolarity = `не ні ніколи ніхто ніщо нічого жоден жодна жодного жодної без немає нема
		всі усі весь вся кожен кожна багато більше менше мало кілька декілька деякі деяких більшість меншість половина майже лише тільки
		один одна два дві три чотири п'ять шість сім вісім дев'ять десять двадцять тридцять сто сотні тисяча тисячі тисяч
		мільйон мільйони мільйонів мільярд мільярди мільярдів десятки перший перша другий друга третій третя
		може можуть міг могли має мають`
	russianPolarity = `не нет никогда никто ничто ничего никакой ни без
		все весь вся каждый каждая много больше меньше мало несколько некоторые некоторых большинство меньшинство половина почти лишь только
		один одна два две три четыре пять шесть семь восемь девять десять двадцать тридцать сто сотни тысяча тысячи тысяч
		миллион миллионы миллионов миллиард миллиарды миллиардов десятки первый первая второй вторая третий третья
		может могут мог могли должен должны`

	englishDirected = `he him his she her hers they them their we us our i you your
		before after during since until till over under above below between within
		up down in out on off from to into against for with by near toward towards across
		will would shall should is was are were if because although though while has had`
	germanDirected = `er sie ihn ihm ihr sein seine ihre wir uns ich vor nach während seit bis über unter zwischen
		in aus auf ab von zu gegen für mit bei durch wird würde werden würden ist war sind waren weil obwohl wenn ob`
	frenchDirected = `il elle ils elles lui son sa leur nous avant après pendant depuis jusqu' sur sous entre
		de à vers contre pour avec par chez est était sont étaient sera serait si parce`
	spanishDirected = `él ella ellos ellas su antes después durante desde hasta sobre bajo entre
		de a hacia contra para por con es era son eran será sería si porque aunque`
	italianDirected = `lui lei loro suo sua dopo durante da fino su sotto tra fra
		di a verso contro per con è era sono erano sarà sarebbe se perché`
	portugueseDirected = `ele ela eles elas seu sua após durante desde até sobre sob entre
		de a para contra por com é era são eram será seria se porque embora`
	ukrainianDirected = `він вона вони його її їх їм йому їй ми нас до після під над між перед через від
		з у в на за проти для є був була були буде будуть якщо бо хоча`
	russianDirected = `он она они его её ее их им ему ей мы нас до после под над между перед через от
		из в на за против для есть был была были будет будут если хотя`

	englishApprox    = `over under about above below near around up to within by per than`
	germanApprox     = `über unter um rund gegen bis`
	frenchApprox     = `environ sur sous vers jusqu'`
	spanishApprox    = `sobre hasta unos unas cerca bajo`
	italianApprox    = `circa oltre sotto fino`
	portugueseApprox = `cerca até sobre uns umas sob`
	ukrainianApprox  = `понад близько до біля під`
	russianApprox    = `свыше около до под`

	// realWords are words that a slip, or a shared beginning, would make look like a
	// misspelling or a form of one another.
	realWords = `charge charges charged change changes changed
		minority majority maximum minimum police policy policies polices
		convicted convinced convict convince protest protests protect protects project projects protested protected
		prison person poison prisoner trial trail trials trails president precedent resident
		patient patients parent parents patent patience contest content context contests contract contrast contact
		nuclear unclear now not new man men woman women dead deal dear deaf death deals
		defeat defect detect defeated defected detected defend depend defended depended defendant
		minister ministry ministers ministries senator senate capital capitol department departure
		university universe general generous personal personnel executed executive execution hostage hostile
		commander commando attack attach attacked attached principal principle council counsel
		moral morale human humane accept except affect effect adopt adapt adopted adapted
		lose loose lost last least list quite quiet quit angel angle form from farm firm causal casual
		united untied public pubic martial marital state stage stake state's statue status
		party part parts month mouth months mouths first fist first's vote veto votes vetoes voted vetoed
		bail ball bank back bomb book born burn sale safe save same some sane
		rate race rape rare rage raced raped rated raise rise raised rose raises rises
		shot shut shop short show shots shops ship sheep shoot shout shooting shouting
		strike stroke struck stuck strict street treat threat treaty thread
		plane plant planet plan place planes plants plans plate peace piece pace
		train trading training tank thank talk task tax taxi tap cost coast coat cast case cash cause
		force farce forge course coarse court count county country counties countries
		power poor pour poll pool pull polls pools fund found funded founded find fined fine
		fire fired fare far fear year tear team term teams terms
		signed singed sighed sued used sold told sent spent send spend seat seal sell
		right tight night light fight might sight eight flight fright
		large larger later latter letter litter water winter winner writer
		black block blank white while write whole where were there three these those
		green greed agreed great grate small smell still steel steal stole
		died dined denied defied dies died's dried drive drove live life love like lives loves
		wife wide wire wine wage wave wall will well war was way warn worn warned
		north forth southern northern eastern western mayor major manor minor miner
		mother bother brother father farther further sister son sun sons
		captain captive captured cultured nation notion national notional
		reason season prime crime price prize pride released realised replaced relapsed
		detained retained obtained declined defined refined resigned reassigned designed
		confirmed conformed informed infirm reported reputed repeated repealed
		passed paused past post pass pose posed house horse hours hour here hear heart
		doctor donor doctors donors nurse army arms armed aimed arm aim aid aide aids aided
		ally allay alley all ill early yearly daily dairy daisy
		border boarder bored board broad order older elder
		test text rest nest tested texted best beat boat beast breast
		lower lowered tower towed hire higher high hid hide
		more move mode moved moral model modern modest
		meet meat met mean means men's lead led leader ladder lead's leak leave left lift
		banned burned banned's ended needed edited indeed
		food flood foot good gold goal god gods got goat
		bills bulls kills killed skilled cell call sell cells calls called culled
		gun gum guns gain again gained against grain
		cut cup cuts cups cat car cars card care cared carried
		one once open often oven over ever even event seven
		won own owned worn worse worst worth word world work worked walk walked
		say said sad sail says stay stays stray
		face fact fast fate fake faced facts faces
		half halt halted health wealth hall
		ban bar bad bag bat bay boy bus buy
		win wine wind wins winds won't want went wants
		six sex sixth hit hits hat hot host hosts
		suspect suspend suspected suspended suspects expects expect expected except's
		sentence sentences essence assault result results insult
		refuse refused refugee reuse reused refund
		approve approved improve improved disprove prove proved provide provided
		import imports important export exports exported
		illegal legal regal loyal royal local focal vocal
		include exclude conclude concluded included increase decrease
		rescued reduced resumed presumed assumed consumed
		bought brought thought though through tough taught caught fought sought
		official officer officers office offices offices' offer offers offered
		fatal fetal final finals finally rival arrival
		fell felt fall fail falls fails full fuel feel feet fled flew flow
		close closed chose chosen choose clothes closer`
)
