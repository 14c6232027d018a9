/** What people write for countries and regions beside their names, folded. */
export const COUNTRY_ALIASES: Readonly<Record<string, string>> = {
  uk: 'GB',
  'great britain': 'GB',
  britain: 'GB',
  gbr: 'GB',
  usa: 'US',
  us: 'US',
  america: 'US',
  'united states of america': 'US',
  uae: 'AE',
  emirates: 'AE',
  korea: 'KR',
  'republic of korea': 'KR',
  rok: 'KR',
  dprk: 'KP',
  holland: 'NL',
  'czech republic': 'CZ',
  turkey: 'TR',
  russia: 'RU',
  'russian federation': 'RU',
  burma: 'MM',
  'ivory coast': 'CI',
  macedonia: 'MK',
  swaziland: 'SZ',
  'cape verde': 'CV',
  'east timor': 'TL',
  prc: 'CN',
  'hong kong': 'HK',
  macau: 'MO',
  macao: 'MO',
  palestine: 'PS',
  vatican: 'VA',
  drc: 'CD',
  'republic of ireland': 'IE',
  eire: 'IE',
  'viet nam': 'VN',
  'south africa': 'ZA',
  rsa: 'ZA',
  nz: 'NZ',
  ksa: 'SA',
  brasil: 'BR',
};

const codes = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split(';').map((entry) => entry.trim().split('=') as [string, string]));

/** Codes and abbreviations of regions, by country. */
export const REGION_CODES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  US: codes(
    'al=Alabama;ak=Alaska;az=Arizona;ar=Arkansas;ca=California;calif=California;co=Colorado;ct=Connecticut;conn=Connecticut;' +
      'de=Delaware;dc=District of Columbia;washington dc=District of Columbia;fl=Florida;fla=Florida;ga=Georgia;hi=Hawaii;' +
      'id=Idaho;il=Illinois;ill=Illinois;in=Indiana;ia=Iowa;ks=Kansas;ky=Kentucky;la=Louisiana;me=Maine;md=Maryland;' +
      'ma=Massachusetts;mass=Massachusetts;mi=Michigan;mich=Michigan;mn=Minnesota;minn=Minnesota;ms=Mississippi;' +
      'mo=Missouri;mt=Montana;ne=Nebraska;nv=Nevada;nh=New Hampshire;nj=New Jersey;nm=New Mexico;ny=New York;' +
      'nc=North Carolina;nd=North Dakota;oh=Ohio;ok=Oklahoma;or=Oregon;ore=Oregon;pa=Pennsylvania;penn=Pennsylvania;' +
      'ri=Rhode Island;sc=South Carolina;sd=South Dakota;tn=Tennessee;tenn=Tennessee;tx=Texas;tex=Texas;ut=Utah;' +
      'vt=Vermont;va=Virginia;wa=Washington;wash=Washington;wv=West Virginia;wi=Wisconsin;wis=Wisconsin;wy=Wyoming',
  ),
  CA: codes(
    'ab=Alberta;bc=British Columbia;mb=Manitoba;nb=New Brunswick;nl=Newfoundland and Labrador;ns=Nova Scotia;' +
      'nt=Northwest Territories;nu=Nunavut;on=Ontario;ont=Ontario;pe=Prince Edward Island;pei=Prince Edward Island;' +
      'qc=Quebec;que=Quebec;sk=Saskatchewan;yt=Yukon',
  ),
  AU: codes(
    'nsw=New South Wales;qld=Queensland;sa=South Australia;tas=Tasmania;vic=Victoria;wa=Western Australia;' +
      'act=Australian Capital Territory;nt=Northern Territory',
  ),
};

/** Names in their own spelling, for geocoders that tell letters with accents from those without. */
export const SPELLINGS: Readonly<Record<string, string>> = {
  'sao paulo': 'São Paulo',
  bogota: 'Bogotá',
  brasilia: 'Brasília',
  cologne: 'Köln',
  cordoba: 'Córdoba',
  dusseldorf: 'Düsseldorf',
  gdansk: 'Gdańsk',
  goteborg: 'Göteborg',
  hague: 'Den Haag',
  krakow: 'Kraków',
  leon: 'León',
  lodz: 'Łódź',
  malaga: 'Málaga',
  malmo: 'Malmö',
  medellin: 'Medellín',
  merida: 'Mérida',
  montreal: 'Montréal',
  munich: 'München',
  poznan: 'Poznań',
  quebec: 'Québec',
  reykjavik: 'Reykjavík',
  'san jose': 'San José',
  wroclaw: 'Wrocław',
  zurich: 'Zürich',
  nyc: 'New York',
  la: 'Los Angeles',
  'washington dc': 'Washington',
};
