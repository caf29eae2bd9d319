"""The vocabulary: the words of English that shape a question, whatever the shop sells; lists, and nothing but lists."""

OPERATORS = {
    "ranking": "rank all|rank the|rank|sort all|sort the|sort|order all|order the|ranking of",
    "per": "by|per|each|every|for each|for every|across|across all|split by|broken down by|break down by|grouped by|group by|"
    "according to|breakdown by|by each|in each|in every|within each|of each|from each|for all|depending on|sorted by|ranked by|"
    "ordered by|by the|with respect to",
    "which": "which|where|who|whose|whom|what are the|what kind of|which of the|which of our",
    "top": "top|best|highest|largest|biggest|most|the most|greatest|maximum|max|strongest|leading|peak|busiest|favourite|"
    "favorite|most popular|popular|best selling|best performing|top selling|bestselling|number one|most valuable|main|best sold|"
    "most sold|most bought|top performing|record|hottest|most successful|most important|most frequently bought|sells best|"
    "sold best|performs best|performed best|does best|did best|sell best|sold the most|sells the most|fastest|steepest|strongly",
    "bottom": "bottom|worst|lowest|smallest|least|the least|fewest|minimum|min|weakest|slowest|least popular|worst selling|"
    "worst performing|poorest|quietest|underperforming|lowest performing|least sold|least valuable|sold worst|performs worst|"
    "sold the least|sells the least|slow selling",
    "not": "excluding|except|except for|without|outside|outside of|outside the|not in|other than|apart from|exclude|minus|"
    "leaving out|ignoring|not counting|not from|besides|excl|everything but|all but|leave out|not including|drop the|omit",
    "versus": "vs|behind|ahead of|versus|v|compared with|compared to|compare to|compare with|compared|compare|comparing|against|relative to|"
    "better than|worse than|higher than that of|more than in|in comparison to|in comparison with|than in|than|comparison|comparison of|compare it with|compare that with|"
    "compare that to|compare it to|compared against|as opposed to|and how does that compare to|difference between",
    "base_year": "year over year|year on year|yoy|the year before|year before|previous year|the previous year|prior year|"
    "the prior year|a year ago|year ago|a year earlier|one year earlier|same period last year|the same period last year|"
    "same period of last year|the same time last year|same time last year|same month last year|the same month last year|"
    "same quarter last year|the same quarter last year|same days last year|previous years|the same period of the previous year|"
    "same period a year ago|same period the year before|same period of the previous year|vs ly|the same period a year earlier|"
    "same quarter of the previous year|same month of the previous year|the same months last year|same months last year",
    "base_prev": "previous period|the previous period|prior period|the period before|period before|month over month|"
    "month on month|mom|quarter over quarter|quarter on quarter|qoq|week over week|week on week|month before|the month before|"
    "quarter before|the quarter before|week before|the week before|preceding period|the preceding period|the one before|"
    "day before|the day before|preceding month|the preceding month|preceding quarter|the preceding quarter",
    "change": "change|percentage point change|point change|change in percentage points|change in points|percentage change|percent change|change in percent|change in percentage|relative change|changed|changes|changing|difference|differ|develop|developed|evolve|evolved|move|moved|shift|compare over|vary",
    "up": "grow|percentage growth|percent growth|growth in percent|percentage increase|percent increase|grew|grown|growing|growth|increase|increased|increasing|rise|rose|risen|rising|up|gain|gained|climb|climbed|"
    "improve|improved|improving|go up|went up|gone up|jump|jumped|surge|surged|soar|soared|grows|rises|increases|expand|expanded|"
    "growth rate of",
    "down": "fall|weak|dragged down|dragged us down|dragged|percentage decrease|percent decrease|percentage decline|percentage drop|fell|fallen|falling|drop|dropped|dropping|decline|declined|declining|decrease|decreased|decreasing|shrink|"
    "shrank|shrunk|shrinking|down|lose|lost|losing|go down|went down|gone down|dip|dipped|sink|sank|slump|slumped|plunge|"
    "plunged|falls|drops|declines|decreases|worsen|worsened",
    "why": "why|what caused|what drove|what explains|explain|how come|what is behind|what was behind|reason for|reasons for|"
    "cause of|causes of|drivers of|what is driving|what drives|driver of|reason|the reason|what led to|what made|because of what|"
    "explain why|what contributed to|what is the reason for|what happened to|break down the change in|decompose",
    "share": "share|percent|percentage|proportion|what percentage|fraction|contribution|contribute|contributes|contributed|"
    "mix|in percent|as a percentage|as percentage|as a share|percentage wise|percentages|shares|what part|which part|what fraction",
    "cumulative": "cumulative|cumulatively|running total|accumulated|running sum|cumulated|cumulate|running totals|"
    "building up|so far each month",
    "moving": "moving average|rolling average|rolling mean|running average|moving mean|smoothed|trailing average|moving averages",
    "howmany": "no of|how many|how often did|number of|count of|count|the number of|how many different|how many distinct|what number of|"
    "how many of our|how many of the",
    "howmuch": "how much|how big|how large|how high|how low|how small|how great|amount of|the amount of|sum of|the sum of|how much money|how much in total|how much of|how much of our|"
    "how much of the",
    "trend": "trend|trends|over time|development|timeline|time series|evolution|trending|trend of|development of|history of|course of",
    "when": "when|at what time|what time",
    "average": "average|mean|avg|on average|typical|typically|averaged|the average|averages",
    "both": "both|as well as",
    "never": "never|but never|did not|have not|has not|but not|but no|not|but did not|who did not|have never|has never|nor|were not",
    "bought": "bought|shopped|shopped with|who shopped|shops with|shopping with|buy|buys|buying|purchased|have bought|has bought|who bought|have purchased|ordered|order from",
    "same": "same|the same|same for|the same for|do the same for|same question for|same thing for|repeat for|repeat that for",
    "follow": "what about|how about|make it|make that|change it to|change that to|switch to|now|then|instead|again|"
    "only|just|only for|just for|only in|just the|only the|now by|now for|limit to|limit it to|restrict to|filter by|filter to|"
    "narrow down to|narrow to|rather|break it down|break that down|split it|split that|show that|show it|of those|of these|"
    "of them|for those|do that|focus on|and what about|and how about|drill down|drill into|zoom in|zoom into",
    "add": "also|add|plus|too|as well|along with|including|include|in addition",
    "all": "all|any|to date|whole|entire|all of the|all the|all of our|of all",
    "and": "and|or|and the|and for|and in|and also",
    "only_once": "only bought once|bought once|bought only once|ordered once|only ordered once|buy once|only buy once|purchased once|bought just once|"
    "only once|just once|exactly once|a single time|one time only|one order only|only one order|just one order|"
    "only a single order|exactly one order|one time",
    "again": "more than once|at least twice|two or more times|repeatedly|multiple times|several times|multiple orders",
}

SKILL_PHRASES = {
    "pareto": "pareto|abc|abc analysis|abc classes|80 20|80 20 rule|abc classification|make up|makes up|account for|"
    "accounts for|make up most|concentration of|contribute to 80",
    "pairs": "bought with|often bought with|buy with|buy together with|buy together|bought together with|often bought together with|"
    "sold with|ordered with|ordered together with|purchased with|frequently bought with|bought together|purchased together|often bought together|frequently bought together|sold together|go together|"
    "basket analysis|market basket|affinity|product pairs|pairs of products|pairs|ordered together|in the same basket|"
    "in the same order|cross sell|cross selling|association rules|combinations of products|product combinations|goes with|go with",
    "lapsed": "customers did we lose|customers have we lost|lost customers|customers lost|customers we lost|did we lose customers|"
    "lapsed|lapsed customers|inactive|inactive customers|dormant|dormant customers|have not ordered|has not ordered|"
    "have not bought|has not bought|have not purchased|not ordered|not bought|no order|no orders|without an order|"
    "have not bought anything|have not ordered anything|did not order|did not buy|gone quiet|sleeping customers|"
    "stopped buying|stopped ordering|have gone quiet|without order|quiet customers|have not come back|did not come back|"
    "have been inactive|without any order|without a purchase",
    "cohorts": "cohort retention|cohort analysis|retention by cohort|cohort table|retention cohorts|cohorts|cohort retention table|"
    "retention curve|how well do we retain cohorts",
    "anomalies": "anomaly|anomalies|outlier|outliers|unusual|unusual days|unusual months|strange|anything unusual|abnormal|"
    "unexpected|spikes|spike|peaks and troughs|stand out|stands out|stood out|odd|irregularities|out of the ordinary|suspicious",
    "forecast": "forecast|forecasts|predict|predicted|prediction|projection|project|projected|expected sales|expect|expected|"
    "will be|outlook|will we sell|will sell|forecasted|going to sell|predictions|next months",
    "churn": "churn|churn risk|likely to churn|likely to leave|about to leave|at risk of leaving|risk of churn|churn list|"
    "churn probability|going to leave|high risk|at risk|risk of leaving|likely to stop buying|about to churn|will churn|churning|"
    "about to lose|going to lose|might lose|may lose|will lose|likely to lose|leaving us|churn risks|highest churn risk|may leave|might leave|will leave",
    "stock_cover": "stock cover|days of cover|days of stock|run out|run out of stock|running out|out of stock|low stock|low on stock|"
    "stock|stock level|stock levels|inventory|in stock|stockout|stock out|reorder|restock|running low|on hand|"
    "stock last|coverage|run out soon|sell out|days of inventory|need to reorder|should we reorder|to reorder",
    "recommend": "recommend|recommendation|recommendations|recommended|suggest to|offer to|next best product|upsell|"
    "should we offer|should we recommend|what to offer|suggest products|suggestions for|should buy next|likely to buy next",
    "advise": "what should we do next|what should i do next|what do we do next|what should we do|what should i do|what can we do|advice|next steps|action|actions|recommend actions|to do|"
    "what do you recommend|what would you recommend|what do you suggest|priorities|what to do next|recommended actions|"
    "recommendations for action|how can we improve|how to improve|how can we grow|how do we grow|how can we increase|"
    "how do we increase|how could we improve|where should we focus",
}  # fmt: skip

WEAK = {
    "sold": "sold|sell|sells|selling|did we sell|we sold|sale|moved|shifted|went over the counter|went out",
    "spent": "spend|rake in|rakes in|raked in|pull in|pulled in|haul in|hauled in|rake|raked|collect|collected|net|netted|pocket|pocketed|spent|spends|spending|pay|paid|make|made|makes|earn|earned|bring in|brings in|brought in|bring|brings|brought|took|"
    "take in|took in|turned over|turn over|generate|generated|generates|worth|come in|came in|bringing in|gross|grossed|take|cash",
    "ordered": "place|gets|arrive|arrived|arrives|book|booked|submit|submitted|process|processed|enter|entered|placed|places|placing|come|came|comes|get|got|receive|received",
    "performance": "performance|perform|performing|doing|performed|do|business|results|figures|numbers|successful|success|fare|fared",
}  # fmt: skip

FILLER = """
a an the of in on at for to from with within into onto over during about as than i me my mine we our ours us you your
it its is are was were be been being am do does did done have has had having can could would should will shall may
might must please kindly show give tell list display find see want like know need let lets report figure value data
table chart graph plot there that this these those they them their he she his her so far here much many what how
happen happened happens going go went gone look looks looking out thanks thank hello hi hey there company shop store
total totals overall sum altogether combined together in all quick quickly exactly roughly approximately around
actually really currently right just ever yet still more some say id ill im ive theres whats wed if whether each such
well put view get want wanted wants ask asking question answer calculate compute work worked provide pull return me
back anything something everything product's products' customer's detail details full breakdown break split group
grouped sorted sort ranking rank ranked ranks order order. terms term respect regard regarding concerning number
amount value values level size line lines period periods time times level sitewide wide summary summarise summarize
overview present bit idea curious interested wondering wonder understand check up by means dollars dollar euros euro
usd eur worth money gross anyone someone which who one ones also own quite able every part came comes goods stuff
things thing different distinct unique per kind sort type types of was were generated made during through throughout
across anybody along thats hows whos name names identify enumerate mention often frequently commonly written write posted win won wins winning attract attracted
acquire acquired land landed contain contained contains containing higher lower greater faster among single far bigger smaller better pls separately
"""

COUNTRIES = """
afghanistan albania algeria argentina armenia australia austria azerbaijan bahrain bangladesh belarus belgium bolivia bosnia botswana
brazil bulgaria cambodia cameroon canada chile china colombia croatia cuba cyprus czechia denmark ecuador egypt eire england estonia
ethiopia finland france georgia germany ghana greece guatemala holland honduras hungary iceland india indonesia iran iraq ireland
israel italy jamaica japan jordan kazakhstan kenya korea kuwait latvia lebanon libya liechtenstein lithuania luxembourg macedonia
malaysia malta mexico moldova monaco mongolia montenegro morocco myanmar namibia nepal netherlands nicaragua nigeria norway oman
pakistan panama paraguay peru philippines poland portugal qatar romania russia scotland senegal serbia singapore slovakia slovenia
somalia spain sudan sweden switzerland syria taiwan tanzania thailand tunisia turkey uganda ukraine uruguay usa uzbekistan venezuela
vietnam wales yemen zambia zimbabwe
"""
PEOPLES = """
african american arabian asian australian austrian belgian brazilian british canadian chinese danish dutch english european finnish french
german greek indian irish israeli italian japanese korean mexican norwegian polish portuguese russian saudi scandinavian scandinavia
scottish spanish swedish swiss turkish welsh london londoners paris berlin rome madrid vienna dublin chad sicily bavaria europe asia africa
"""
ALSO = {"german": "germany", "french": "france", "dutch": "netherlands", "swiss": "switzerland", "spanish": "spain", "british": "united kingdom",
        "irish": "eire", "italian": "italy", "belgian": "belgium", "portuguese": "portugal", "austrian": "austria", "danish": "denmark",
        "norwegian": "norway", "swedish": "sweden", "finnish": "finland", "polish": "poland", "greek": "greece", "australian": "australia",
        "japanese": "japan", "canadian": "canada", "israeli": "israel", "american": "usa",
        "uk": "united kingdom", "britain": "united kingdom", "great britain": "united kingdom", "holland": "netherlands",
        "ireland": "eire", "united states": "usa", "america": "usa"}  # fmt: skip

COMMON = """
ascending descending slower quicker divided
able above accept account across act action add after again age ago agree air all allow alone already always amount
angry animal answer any appear apple area arm art ask attack away baby bad bag ball bank base bath bean bear beat
beauty bed beer begin behind bell below bend best better big bird birth bit bite black block blood blow blue board
boat body bone book boot border born borrow boss both bottle bottom bowl box boy branch brave bread break breakfast
breathe bridge bright bring brother brown brush build burn bus business busy buy cake call can candle cap car card
care carry case cash castle cat catch cause cent center chair chance charge chase cheap cheese check child choose
circle city class clean clear climb clock cloth cloud club coat coffee cold collect color colour come common compare
complete computer condition contact continue control cook cool corner correct cost cotton count country course cover
crash cross cry cup current curve cut dance danger dark date daughter day dead deal dear death deep degree deliver
desk detail develop die dinner direct dirty discover dish distance doctor dog door double doubt down draw dream dress
drink drive drop dry duck dust duty early earn earth east easy eat edge effect egg eight either else email empty end
enemy enjoy enough enter equal escape evening event every exact example excellent except excited exercise expect
expensive explain eye face fact fail fair fall family famous far farm fast fat father fear feed feel feet fell field
fifth fight fill film final find fine finger finish fire first fish fit five fix flag flat float floor flower fly fold
follow food fool foot football force foreign forest forget forgive form forward four free freedom fresh friend front
fruit full fun funny future game garden gas gate general gentle gift girl give glad glass goal goat god gold good
goodbye grand grass gray great green ground group grow guess guide gun hair half hall hammer hand happen happy hard
hat hate head healthy hear heart heat heaven heavy height hello help hen here hide high hill history hit hobby hold
hole holiday home hope horse hospital hot hotel hour house human hundred hungry hurry hurt husband ice idea important
inside interest internet iron island job join juice jump keep key kick kid kill kind king kitchen knee knife knock
know lady lake lamp land language large last late laugh law lazy lead leaf learn least leave left leg lend length less
lesson let letter level library lie life lift light like lion lip listen little live lock lonely long look looks lose
lot love low lower luck machine main manager many map mark market marry mass match matter meal mean measure meat
medicine meet member mention mile milk mind mine minute miss mistake mix model modern moment monkey mood moon more
morning most mother mountain mouth move movie music must name nation nature near nearly neck need needle neighbor
neither net never new news newspaper next nice night nine noise none nor nose note nothing notice now number object
ocean offer office oil old once one only open opposite option orange order other out outside own page pain paint pair
pan paper parent park part partner party pass past path pay peace pen pencil people pepper perfect person phone photo
pick picture piece pig pin pink place plane plant plastic plate play please plenty pocket point poison police polite
pool poor popular position possible potato pound pour power prefer prepare present press pretty prevent price prince
prison private prize problem process product promise proper protect provide public pull pure push put queen quick
quiet quite race radio rain raise reach read ready real reason receive record red remember remind remove rent repair
repeat reply rest result return rice rich ride right ring rise river road rob rock roll roof room root rose round row
rule run sad safe sail salt same sand save saw school science scissors search seat second secret seem send sense
sentence serve seven several sex shade shadow shake shape share sharp sheep sheet shelf shine ship shirt shoe shoot
short shoulder shout sick side signal silence silly silver similar simple since sing sink sister sit six skill skin
skirt sky sleep slip slow small smart smell smile smoke snow soap sock soft some son soon sorry sound soup south space
speak special speed spell spend spoon sport spread spring square stamp stand star start station stay steal steam step
still stomach stone stop store storm story strange street strong structure student study subject substance success
such sudden sugar suggest suit summer sun sunny support sure surprise sweet swim sword system take talk tall taste
taxi tea teach team tear tell ten tennis test thank thick thin thing think third three through throw tie time tired
title toe together tomorrow tonight tool tooth top touch toward towards tower town toy track trade train travel tree
trip trouble true trust try turn twice type ugly uncle under understand unit until use useful usual vegetable very
village visit voice wait wake walk wall war warm wash waste watch water weak wear weather wedding week weight welcome
well west wet what wheel when where which white wide wife wild will win wind window wine winter wire wise wish woman
wonder wood word work world worry worst worth write wrong year yellow yes yesterday yet young zero atlantis moonlight
colours shirts boots coats stores cities countries manager managers sister brothers where wherever somewhere anywhere
profit margin loss nearby normal female male gender women men girls boys height weights color sizes brand brands
cheapest dearest expensive store stores ignore previous instructions instruction prompt system reveal password admin
secret drop table delete select insert update union pretend role act execute command shell script alert google
facebook amazon twitter instagram poem joke song novel recipe politics president election football capital population
translate
"""
