// Wayfare: client/src
let FLAGS=new Set(["checked","selected","muted","indeterminate"]);function isField(node){return(node instanceof HTMLInputElement||node instanceof HTMLTextAreaElement||node instanceof HTMLSelectElement)}
function setAttribute(element,name,value){if(name[0]===":"){let text=value===null?"":String(value);element.textContent=text;if(element instanceof HTMLTextAreaElement)setValue(element,text);return}
if(value===null)element.removeAttribute(name);else if(name==="style"&&"style" in element){(element).style.cssText=String(value)}else element.setAttribute(name,value===true?"":value);if(name==="value"&&isField(element)){chosen.delete(element);setValue(element,value===null?"":String(value))}else if(FLAGS.has(name)&&name in element){((element))[name]=value!==null}}
let chosen=new WeakSet();function noteChoice(target){if(target instanceof HTMLSelectElement)chosen.add(target)}
function choose(){for(let select of document.querySelectorAll("select[value]")){if(isField(select)&&!chosen.has(select))setValue(select,select.getAttribute("value")||"")}}
function setValue(field,value){if(field.value===value||(field instanceof HTMLInputElement&&field.type==="file"))return;let restore=selectionOf(field);field.value=value;if(field===document.activeElement)restore()}
function selectionOf(element){let field=element instanceof HTMLInputElement||element instanceof HTMLTextAreaElement?element:null;let start=field&&field.selectionStart;let end=field&&field.selectionEnd;let direction=(field&&field.selectionDirection)||undefined;return()=>{if(field&&start!==null&&end!==null)field.setSelectionRange(start,end,direction)}}
function isChanged(field){if(field instanceof HTMLSelectElement){let wanted=field.getAttribute("value");if(wanted!==null)return field.value!==wanted;let options=[...field.options];let given=options.some(option=>option.defaultSelected);return options.some((option,at)=>option.selected!==(given?option.defaultSelected:at===firstShown(field)))}
if(field instanceof HTMLInputElement){if(field.type==="checkbox"||field.type==="radio")return field.checked!==field.defaultChecked;if(field.type==="file")return field.value!=="";if(field.type==="hidden")return false}
return field.value!==field.defaultValue}
function firstShown(select){if(select.multiple||select.size>1)return -1;return[...select.options].findIndex(option=>!option.disabled)}
function report(source,code,text,detail){let line=`[wayfare ${code}] ${text}`;let rest=detail===undefined?[]:[detail];if(source==="wayfare")console.error(`${line} Please report this.`,...rest);else console.warn(line,...rest);document.dispatchEvent(new CustomEvent("wayfare:notice",{detail:{source,code,text}}))}
class Slot{constructor(start,end){this.start=start;this.end=end}}
let places=new Map();let ids=new WeakMap();let MARKS=1+128;function marks(root){return document.createTreeWalker(root,MARKS)}
function remember(id,place){places.set(id,place);ids.set(firstNode(place),id)}
function placeOf(id,kind){let place=places.get(id);if(!(place instanceof kind))throw new Error(`no ${kind.name} ${id} in this page`);return place}
function idOf(node){return ids.get(node)}
function firstNode(place){return place instanceof Slot?place.start:place}
function lastNode(place){return place instanceof Slot?place.end:place}
function scan(root){places.clear();let problems=[];let open=[];let walker=marks(root);while(walker.nextNode()){let node=walker.currentNode;if(node instanceof Element){let id=node.getAttribute("data-w");if(id)remember(Number(id),node)}else if(node instanceof Comment){if(/^w\d+$/.test(node.data))open.push(node);else if(node.data==="/"){let start=open.pop();if(start&&start.parentNode===node.parentNode)remember(slotNumber(start),new Slot(start,node));else problems.push(start?`slot ${slotNumber(start)}`:"an end marker")}}}
for(let start of open)problems.push(`slot ${slotNumber(start)}`);return problems}
function slotNumber(start){return Number(start.data.slice(1))}
function forget(first,end){let sibling=first;for(;sibling&&sibling!==end;sibling=sibling.nextSibling){let walker=marks(sibling);let node=sibling;for(;node;node=walker.nextNode()){let id=ids.get(node);if(id!==undefined)places.delete(id)}}}
let HTML="http://www.w3.org/1999/xhtml";let templates=new Map();function define(number,html,holes,anchored){templates.set(number,{html,holes,anchored,parsed:new Map()})}
function forgetTemplates(){templates.clear()}
function templateOf(number){let template=templates.get(number);if(!template)throw new Error(`no template ${number}`);return template}
function namespaceIn(parent){if(!(parent instanceof Element)||parent.localName==="foreignObject")return HTML;return parent.namespaceURI||HTML}
function parse(html,namespace){let holder=document.createElement("template");if(namespace===HTML){holder.innerHTML=html;return holder.content}
let tag=namespace.endsWith("svg")?"svg":"math";holder.innerHTML=`<${tag}>${html}</${tag}>`;let root=(holder.content.firstChild);holder.content.append(...root.childNodes);root.remove();return holder.content}
function parsedTemplate(template,namespace){let known=template.parsed.get(namespace);if(known)return known;let content=parse(template.html,namespace);let children=template.holes.filter(hole=>hole===0||hole[0]===1);let found=[];let walker=marks(content);for(let at=0;walker.nextNode();at++){let node=walker.currentNode;if(node instanceof Element){for(let[attribute,what]of([["data-w","address"],["data-v","number"]])){let value=node.getAttribute(attribute);if(value===null)continue;node.removeAttribute(attribute);found.push({at,what,value:Number(value)})}}else if(node instanceof Comment&&node.data==="?"){let hole=children.shift();if(hole)node.after(document.createComment("/"));found.push({at,what:"hole",value:hole?hole[1]:-1})}}
let parsed={content,marks:found};template.parsed.set(namespace,parsed);return parsed}
function instantiate(number,base,task,namespace){let template=templateOf(number);let parsed=parsedTemplate(template,namespace);let clone=document.importNode(parsed.content,true);let walker=marks(clone);let addressed=new Map();let numbered=new Map();let holes=[];let reached=-1;for(let{at,what,value}of parsed.marks){for(;reached<at;reached++)walker.nextNode();let node=walker.currentNode;if(node instanceof Element){(what==="address"?addressed:numbered).set(value,node);if(what==="address")remember(base+value,node)}else if(node instanceof Comment){holes.push(node);if(value<0)continue;node.data=`w${base + value}`;remember(base+value,new Slot(node,(node.nextSibling)))}}
let next=0;let tasks=template.holes.map(hole=>{if(hole===0||hole[0]===1){let mark=holes[next++];let parent=mark.parentNode===clone?task.parent:(mark.parentNode);return hole===0
?{parent,before:mark,count:1,hole:mark}
:{parent,before:mark.nextSibling,count:1}}
let element=(hole[0]===2?addressed:numbered).get(hole[1]);if(!element)throw new Error(`template ${number} has no element ${hole[1]}`);return{element,name:hole[2]}});task.parent.insertBefore(clone,task.before);return tasks}
function insertSlot(id,parent,before){let start=document.createComment(`w${id}`);let end=document.createComment("/");parent.insertBefore(start,before);parent.insertBefore(end,before);remember(id,new Slot(start,end));return end}
function build(tokens,outer){let out=document.createDocumentFragment();let at=0;let next=()=>(tokens[at++]);let tasks=[{parent:out,before:null,count:1}];for(let task;(task=tasks[tasks.length-1]);){if("element" in task){tasks.pop();setAttribute(task.element,task.name,next());continue}
if(!task.count--){tasks.pop();task.hole?.remove();continue}
let{parent,before}=task;let token=next();if(task.items){let own=tokens[at];let anchored=typeof own==="number"&&own>0&&templateOf(own).anchored;tasks.push({parent,before:anchored?before:insertSlot(token,parent,before),count:1})}else if(typeof token==="string"){if(token)parent.insertBefore(document.createTextNode(token),before)}else if(token>0){let namespace=parent===out?outer:namespaceIn(parent);tasks.push(...instantiate(token,next(),task,namespace).reverse())}else if(token===0)tasks.push({parent,before,count:next()});else if(token===-1){let namespace=parent===out?outer:namespaceIn(parent);parent.insertBefore(document.importNode(parse(next(),namespace),true),before)}else if(token===-2)tasks.push({parent,before:insertSlot(next(),parent,before),count:1});else if(token===-3)tasks.push({parent,before,count:next(),items:true});else if(token!==null)throw new Error(`no content begins with ${token}`)}
return out}
let typing=new Map();let settled=new Map();let edited=false;function typed(field,last){let known=typing.get(field);if(known)known.last=last;else typing.set(field,{last,held:new Map()})}
function setUnlessTyping(element,name,value){let known=name==="value"||name==="checked"||name[0]===":"?typing.get(element):undefined;if(known)known.held.set(name,value);else{settled.get(element)?.held.delete(name);setAttribute(element,name,value)}}
function beginFrame(ack){settled=new Map([...typing].filter(([,{last}])=>last<=ack));typing=new Map([...typing].filter(([,{last}])=>last>ack))}
function endFrame(){for(let[field,{held}]of settled)for(let[name,value]of held)setAttribute(field,name,value);settled=new Map()}
function forgetTyping(){typing=new Map();settled=new Map()}
function setEdited(value){edited=value}
function isEdited(){return edited}
let moving=false;function isMoving(){return moving}
function applyPatch(op){let[code,id]=op;if(code===1)setText(placeOf(id,Slot),op[2]);else if(code===2)setUnlessTyping(placeOf(id,Element),op[2],op[3]);else if(code===3)setContent(placeOf(id,Slot),op[2]);else if(code===4)patchList(placeOf(id,Slot),op[2],op[3]);else if(code===5)define(id,op[2],op[3],Boolean(op[4]));else if(code===6)call(placeOf(id,Element),op[2]);else throw new Error(`no operation ${code}`)}
function setText(slot,text){let node=slot.start.nextSibling;if(node instanceof Text&&node.nextSibling===slot.end)node.data=text;else{clear(slot);if(text)slot.end.before(document.createTextNode(text))}}
function clear(slot){remove(slot.start.nextSibling,slot.end)}
function remove(node,end){if(!node||node===end)return;forget(node,end);while(node&&node!==end){let next=node.nextSibling;(node).remove();node=next}}
function anyPlace(id){return(placeOf(id,Object))}
function parentOf(slot){return(slot.end.parentNode)}
function setContent(slot,tokens){clear(slot);let parent=parentOf(slot);parent.insertBefore(build(tokens,namespaceIn(parent)),slot.end)}
function patchList(slot,removed,placed){for(let id of removed){let place=anyPlace(id);remove(firstNode(place),lastNode(place).nextSibling)}
let parent=parentOf(slot);for(let[id,before,tokens]of placed){let target=before?firstNode(anyPlace(before)):slot.end;if(tokens)parent.insertBefore(build([-3,1,id,...tokens],namespaceIn(parent)),target);else move(parent,firstNode(anyPlace(id)),lastNode(anyPlace(id)),target)}}
function move(parent,first,last,target){if(last.nextSibling===target)return;let run=[first];for(let node=first;node!==last;run.push(node))node=(node.nextSibling);moving=true;try{if("moveBefore" in parent){for(let node of run)(parent).moveBefore(node,target);return}
let restore=run.flatMap(remembering);for(let node of run)parent.insertBefore(node,target);for(let again of restore)again()}finally{moving=false}}
function remembering(node){if(!(node instanceof Element))return[];let restore=[];for(let element of[node,...node.querySelectorAll("*")]){let{scrollTop,scrollLeft}=element;if(scrollTop||scrollLeft){restore.push(()=>{element.scrollTop=scrollTop;element.scrollLeft=scrollLeft})}}
let active=document.activeElement;if(active instanceof HTMLElement&&node.contains(active)){restore.push(()=>active.focus({preventScroll:true}),selectionOf(active))}
return restore}
function call(element,name){let method=name.replace(/_(.)/g,(_,letter)=>letter.toUpperCase());(element)[method]()}
let PLAIN="Links and forms work as plain HTML.";let LONE=/(?<!\\)((?:\\\\)*)\\ud[89a-f]../g;let options;let socket=null;let live=false;let stopped=false;let downSince=0;let liveSince=0;let refusals=0;let attempts=0;let page="";let seq=0;let acknowledged=0;let lastNumber=0;let wantsFresh=false;let freshAsked=0;let kept=[];let limits={queue:200,message:65_536,heartbeat:25_000};let retryTimer;let beatTimer;let ackTimer;let client=randomId();function randomId(){return[...crypto.getRandomValues(new Uint32Array(5))].map(part=>part.toString(36)).join("")}
function isLive(){return live}
function pageId(){return page}
function downFor(){if(stopped)return Infinity;return live?0:Date.now()- downSince}
function start(given){options=given;page=given.page;downSince=Date.now();show("connecting");document.addEventListener("visibilitychange",()=>{hint(7,!document.hidden);if(!document.hidden)wake()});addEventListener("online",wake);addEventListener("offline",wake);addEventListener("pagehide",()=>{options.flush();drop()});addEventListener("pageshow",event=>{if(event.persisted)wake()});connect()}
function show(status){document.documentElement.dataset.wayfare=status}
function wake(){if(stopped||!options)return;if(live)beat(3000);else if(!socket){attempts=0;connect()}}
function connect(){clearTimeout(retryTimer);if(stopped||socket)return;let opened;try{opened=new WebSocket(options.url)}catch(error){return stop(`No socket can be opened. ${PLAIN}`,error)}
socket=opened;opened.onopen=()=>{let{pathname,search,hash}=location;let state=options.historyState();write(0,1,[1,page,seq,lastNumber,pathname+search+hash,state,wantsFresh,client])};opened.onmessage=event=>{if(socket===opened)receive(event.data)};opened.onclose=event=>{if(socket===opened)lost(event.code)};beatTimer=setTimeout(()=>lost(0),10000)}
function drop(){let closing=socket;clearTimeout(beatTimer);clearTimeout(ackTimer);clearTimeout(retryTimer);ackTimer=undefined;socket=null;if(live){live=false;downSince=Date.now();if(downSince-liveSince>5000)attempts=0}
closing?.close()}
function lost(code){drop();if(code===1008||code===1009){if(++refusals>1){report("wayfare","refused","What was done last is refused.");page="";kept=[]}}
if(code===4403)stop(`The server refuses the socket. ${PLAIN}`);else if(code===4409)stop(`The page is live elsewhere. ${PLAIN}`);else if(code===4426)reload();else retry()}
function retry(){show(navigator.onLine===false?"offline":"reconnecting");let pause=Math.min(20000,250*2**attempts++);retryTimer=setTimeout(connect,pause*(0.5+Math.random()/ 2))}
function stop(why,detail){stopped=true;show("offline");report("network","stopped",why,detail)}
function reload(){let now=Date.now();let last=now;try{last=Number(sessionStorage.wayfare||0);sessionStorage.wayfare=now}catch{}
if(now-last<10000)stop(`Loaded again too often. ${PLAIN}`);else location.reload()}
function write(n,op,fields){socket?.send(JSON.stringify([n,op,...fields]).replace(LONE,"$1\ufffd"))}
function send(op,...fields){let text=JSON.stringify(fields);let size=text.length*3>limits.message?new TextEncoder().encode(text).length:0;if(size>limits.message){report("app","message-size",`${size} bytes are not sent: the limit is ${limits.message}.`);return 0}
if(stopped||kept.length>=limits.queue){report("network","queue-full","No connection: what was done last is not sent.");return 0}
let message={n:++lastNumber,op,fields,sent:false};kept.push(message);if(live)transmit(message);return lastNumber}
function transmit(message){message.sent=true;write(message.n,message.op,message.fields)}
function unsend(n){let at=kept.findIndex(message=>message.n===n&&!message.sent);if(at<0)return;kept.splice(at,1);for(let message of kept.slice(at))message.n--;lastNumber--}
function hint(op,...fields){if(live)write(0,op,fields)}
function receive(data){beatSoon();try{let[number,ack,ops]=JSON.parse(data);takeFrame(number,ack,ops)}catch(error){askFresh(error)}}
function takeFrame(number,ack,ops){kept=kept.filter(message=>message.n>ack);let fresh=ops.find(op=>op[0]===21);if(fresh)restart(fresh[3]);else if(number&&number<=seq)return;else if(number>seq+1)return lost(0);options.apply(ops,number||!ops.length?ack:0);if(!number&&!fresh)return;refusals=0;seq=number;wantsFresh=false;if(fresh)acknowledged=seq;if(seq-acknowledged>=16)acknowledge();else ackTimer??=setTimeout(acknowledge,1000)}
function acknowledge(){clearTimeout(ackTimer);ackTimer=undefined;if(!live)return;acknowledged=seq;hint(6,seq)}
function welcome(id,given){limits={...limits,...given};restart(id);live=true;liveSince=Date.now();show("live");kept.forEach(transmit);if(document.hidden)hint(7,false)}
function restart(id){if(id===page)return;page=id;seq=acknowledged=lastNumber=0;let followed=kept.filter(message=>message.op===3).pop();kept=[];if(followed)send(3,...followed.fields)}
function askFresh(error){report("wayfare","patch","A change does not fit what is shown.",error);if(++freshAsked>3){drop();reload();return}
wantsFresh=true;lost(0)}
function beatSoon(){clearTimeout(beatTimer);beatTimer=setTimeout(()=>beat(10000),limits.heartbeat)}
function beat(patience){clearTimeout(beatTimer);hint(8);beatTimer=setTimeout(()=>lost(0),patience)}
let STREAMS=/^((mouse|pointer|touch)move|scroll|wheel|drag(over)?)$/;let listening=new Set();let waiting=new Map();function startEvents(){for(let type of["submit","click","change","blur","keydown"])addEventListener(type,flushBefore,true);addEventListener("input",event=>{setEdited(true);noteChoice(event.target)})}
function watch(){for(let element of document.querySelectorAll("[data-on]"))listen(element.getAttribute("data-on"))}
function watchTemplate(html){for(let[,names]of html.matchAll(/\sdata-on="([^"]*)"/g))listen(names)}
function listen(names){for(let[type]of parseNames(names)){if(listening.has(type))continue;listening.add(type);document.addEventListener(type,handle,{passive:false});document.addEventListener(type,handle,{capture:true,passive:false})}}
function parseNames(names){if(!names)return[];return names.split(" ").map(entry=>{let[type,flags=""]=entry.split(":");return[type,flags.split(",")]})}
function handle(event){if(isMoving()||event.bubbles===(event.eventPhase===Event.CAPTURING_PHASE))return;let element=event.target instanceof Element?event.target:null;while(element){let stops=false;for(let[type,flags]of parseNames(element.getAttribute("data-on"))){if(type!==event.type)continue;if(flags.includes("p"))event.preventDefault();stops||=flags.includes("s");fire(event,element,flags)}
element=stops||!event.bubbles?null:element.parentElement}}
function fire(event,element,flags){let id=idOf(element);if(id===undefined)return;let payload=payloadOf(event,element);let field=isField(event.target)?event.target:null;let emit=()=>{let n=send(2,id,event.type,payload);if(field)typed(field,n)};let debounce=wait(flags,"d");let throttle=wait(flags,"t")||(STREAMS.test(event.type)?50:0);if(!debounce&&!throttle)return emit();let key=`${id} ${event.type}`;let before=waiting.get(key);if(field)typed(field,Infinity);if(debounce){if(before)clearTimeout(before.timer);waiting.set(key,{element,type:event.type,timer:setTimeout(run,debounce,key),go:emit})}else if(before)before.go=emit;else{emit();waiting.set(key,{element,type:event.type,timer:setTimeout(run,throttle,key,throttle),go:null})}}
function wait(flags,letter){let flag=flags.find(one=>one[0]===letter);return flag?Number(flag.slice(1)):0}
function run(key,again){let entry=waiting.get(key);if(!entry)return;clearTimeout(entry.timer);waiting.delete(key);if(!entry.go)return;entry.go();if(again)waiting.set(key,{...entry,timer:setTimeout(run,again,key,again),go:null})}
function flush(){for(let key of[...waiting.keys()])run(key)}
function flushBefore(event){if(event instanceof KeyboardEvent&&event.key!=="Enter")return;for(let[key,entry]of[...waiting]){let own=entry.type===event.type&&event.target instanceof Node&&entry.element.contains(event.target);if(!own)run(key)}}
function forgetWaiting(){for(let entry of waiting.values())clearTimeout(entry.timer);waiting.clear()}
function reportTyped(){for(let field of document.querySelectorAll("input, textarea, select")){if(!isField(field)||!isChanged(field))continue;if(field.type==="radio"&&!((field).checked))continue;let type=["input","change"].find(name=>field.closest(`[data-on*=${name}]`));if(type)field.dispatchEvent(new Event(type,{bubbles:true}))}}
function payloadOf(event,element){let payload={};let target=event.target;let control=target instanceof Element?target.closest("input, textarea, select, button, [contenteditable]"):null;if(control&&(element.contains(control)||control.contains(element)))addValue(payload,control);if(event.type==="toggle"&&target instanceof HTMLDetailsElement)payload.checked=target.open;if(event instanceof KeyboardEvent)payload.key=event.key;let held=((event));let modifiers=["alt","ctrl","meta","shift"].filter(name=>held[`${name}Key`]);if(modifiers.length)payload.modifiers=modifiers;if(event instanceof MouseEvent){payload.button=event.button;payload.x=event.clientX;payload.y=event.clientY}
if(event instanceof CustomEvent&&event.detail!==null)payload.detail=event.detail;if(element instanceof HTMLFormElement){payload.form=pairsOf(formData(element,event instanceof SubmitEvent?event.submitter:null))}
let data=Object.entries((element).dataset).filter(([key])=>key!=="w"&&key!=="on");if(data.length)payload.data=Object.fromEntries(data);return payload}
function addValue(payload,control){if(isField(control)){if(control.name)payload.name=control.name;if(control instanceof HTMLSelectElement&&control.multiple){payload.value=[...control.selectedOptions].map(option=>option.value)}else if(control instanceof HTMLInputElement&&control.files){payload.value=[...control.files].map(file=>file.name)}else payload.value=control.value;if(control instanceof HTMLInputElement&&(control.type==="checkbox"||control.type==="radio")){payload.checked=control.checked}}else if(control instanceof HTMLButtonElement){if(control.name)payload.name=control.name;if(control.hasAttribute("value"))payload.value=control.value}else payload.value=control.textContent}
function pairsOf(data){return[...data].map(([name,value])=>[name,typeof value==="string"?value:value.name])}
function formData(form,submitter){return submitter?new FormData(form,submitter):new FormData(form)}
let KEY="wayfare";let site;let depth=0;let guarded=false;let arriving=null;let positions=new Map();let position=[0,0];let returning;let returnsUntil=0;let hoverTimer;let hovered=null;let announcer=null;function startNavigation(given){site=given;if(isOurs(history.state))depth=history.state[KEY];else history.replaceState({[KEY]:depth,state:history.state},"");addEventListener("click",onClick);addEventListener("popstate",onPopState);addEventListener("beforeunload",event=>{if(guarded&&isEdited())event.preventDefault()});addEventListener("scroll",()=>{position=[scrollX,scrollY]});for(let type of["wheel","touchmove","keydown","pointerdown"])addEventListener(type,stay,true);if(!site.preload)return;document.addEventListener("mouseover",event=>hover(event,20));document.addEventListener("focusin",event=>hover(event,0));document.addEventListener("touchstart",event=>hover(event,0),{passive:true})}
function isOurs(state){return typeof state==="object"&&state!==null&&typeof((state)[KEY])==="number"}
function historyState(){return isOurs(history.state)?history.state.state:history.state}
function setGuard(value){guarded=value}
function linkOf(event){let link=event.composedPath().find(node=>node instanceof Element&&node.localName==="a");if(!(link instanceof Element)||site.links==="none")return null;if(site.links==="explicit"&&!link.hasAttribute("link"))return null;let href=link.getAttribute("href")??link.getAttribute("xlink:href");if(link.getAttribute("target")||link.hasAttribute("download"))return null;if(href===null&&!link.hasAttribute("state"))return null;if((link.getAttribute("rel")||"").split(/\s+/).includes("external"))return null;let url;try{url=new URL(href??"",document.baseURI)}catch{return null}
return url.origin===location.origin&&isBelow(url.pathname,site.base)?{link,url}:null}
function isBelow(path,base){let wanted=base.toLowerCase().replace(/\/+$/,"");let given=path.toLowerCase();return given===wanted||given.startsWith(`${wanted}/`)}
function onClick(event){if(event.defaultPrevented||event.button!==0)return;if(event.metaKey||event.altKey||event.ctrlKey||event.shiftKey)return;let found=linkOf(event);if(!found||downFor()>2000)return;let{link,url}=found;let given=link.getAttribute("state");let state=null;try{state=given?JSON.parse(given):null}catch{report("app","link-state",`The state of a link is no JSON: ${given}`,link)}
clearTimeout(hoverTimer);flush();let path=url.pathname+url.search+url.hash;let n=send(3,path,link.hasAttribute("replace"),!link.hasAttribute("noscroll"),state);if(!n)return;event.preventDefault();orElse(n,()=>location.assign(url.href))}
function orElse(n,plainly){if(isLive())return;setTimeout(()=>{if(isLive())return;unsend(n);plainly()},Math.max(0,2000-downFor()),)}
function stay(){returning=undefined}
function onPopState(event){positions.set(depth,position);let delta=null;if(isOurs(event.state)){delta=event.state[KEY]- depth;depth=event.state[KEY]}else{history.replaceState({[KEY]:++depth,state:history.state},"")}
returning=positions.get(depth);returnsUntil=Date.now()+ 5000;flush();let n=send(4,location.pathname+location.search+location.hash,historyState(),delta);if(n)orElse(n,()=>location.reload());else location.reload()}
function go(delta){if(delta)history.go(delta)}
function load(url){let target=new URL(url,document.baseURI);if(target.protocol==="http:"||target.protocol==="https:")location.assign(target.href);else report("app","load",`${target.protocol} is neither http nor https.`)}
function push(url,state,replace,scroll){arriving={from:arriving?arriving.from:location.pathname,scroll};stay();positions.set(depth,position);if(!replace)depth++;positions.delete(depth-100);try{history[replace?"replaceState":"pushState"]({[KEY]:depth,state},"",url)}catch(error){report("app","history",`The browser refuses an entry for ${url}.`,error);if(new URL(url,document.baseURI).origin===location.origin)load(url)}}
function arrive(){if(returning&&Date.now()<returnsUntil)scrollTo(...returning);if(!arriving)return;let{from,scroll}=arriving;arriving=null;let target=hashTarget();if(target)target.scrollIntoView();else if(scroll)scrollTo(0,0);let moved=from!==location.pathname;if(moved){setEdited(false);announce(document.title||location.pathname)}
if(target||(moved&&scroll))focusOn(target)}
function hashTarget(){let hash=location.hash.slice(1);if(!hash)return null;let id=hash;try{id=decodeURIComponent(hash)}catch{}
return document.getElementById(id)||document.getElementById(hash)}
function focusOn(target){let active=document.activeElement;if(active instanceof HTMLElement&&(active.matches("input, textarea, select")||active.isContentEditable))return;let wanted=document.querySelector("main [autofocus]");let element=target||wanted||document.querySelector("main h1")||document.querySelector("h1, main");if(!(element instanceof HTMLElement))return;if(element!==wanted&&!element.hasAttribute("tabindex")){element.setAttribute("tabindex","-1");element.addEventListener("blur",()=>element.removeAttribute("tabindex"),{once:true})}
element.focus({preventScroll:true})}
function announce(text){if(!announcer||!announcer.isConnected){announcer=document.createElement("div");announcer.setAttribute("aria-live","polite");announcer.style.cssText="position:absolute;top:0;clip-path:inset(50%)";document.body.append(announcer)}
announcer.textContent=text}
function hover(event,pause){let found=linkOf(event);let link=found?found.link:null;if(link===hovered)return;clearTimeout(hoverTimer);hovered=link;if(!found)return;let{pathname,search,hash}=found.url;let data=found.link.getAttribute("preload")!=="false";let preload=()=>hint(5,pathname+search+hash,data);if(pause)hoverTimer=setTimeout(preload,pause);else preload()}
let PASSING=new Set([502,503,504]);let sending=new Set();let numbers=new WeakMap();let formNumber=0;function startForms(actionBase){addEventListener("submit",event=>{if(event.defaultPrevented||!(event.target instanceof HTMLFormElement))return;onSubmit(event,event.target,event.submitter,actionBase)})}
function onSubmit(event,form,submitter,actionBase){let given=name=>submitter?.getAttribute(`form${name}`)??form.getAttribute(name)??"";let url=new URL(given("action")||location.href,document.baseURI);if(url.origin!==location.origin||!isBelow(url.pathname,actionBase))return;if(given("method").toLowerCase()!=="post"){report("app","form-method",`A form for ${url.pathname} needs method="post".`,form);return}
let target=given("target");if((target&&target!=="_self")||given("enctype")==="text/plain"||downFor()>2000)return;event.preventDefault();flush();let data=formData(form,submitter);let multipart=given("enctype")==="multipart/form-data";let body=multipart?data:new URLSearchParams(pairsOf(data));let key=form.hasAttribute("data-repeat")?"":contentKey(form,url,data);if(key&&sending.has(key))return;if(key)sending.add(key);form.dataset.wayfarePending="";submit(url,body).finally(()=>{sending.delete(key);delete form.dataset.wayfarePending})}
function contentKey(form,url,data){let number=numbers.get(form)??++formNumber;numbers.set(form,number);return JSON.stringify([number,url.href,pairsOf(data)])}
async function submit(url,body){let id=randomId();for(let attempt=0;;attempt++){let response=null;let why="";try{let headers={Accept:"application/json","X-Wayfare-Page":pageId(),"X-Wayfare-Submission":id};response=await fetch(url,{method:"POST",body,headers,credentials:"same-origin"});why=`the server answered ${response.status}`}catch(error){why=String(error)}
if(response&&!PASSING.has(response.status)){await answered(response,url);return}
if(attempt>=5){report("network","form",`${url.pathname} can't be reached (${why}).`);return}
let pause=400*2**attempt*(0.75+Math.random()/ 2);await new Promise(done=>setTimeout(done,pause))}}
async function answered(response,url){let type=response.headers.get("Content-Type")||"";if(!type.includes("json")){if(response.redirected)load(response.url);else report("app","form",`${url.pathname} answered ${response.status}, not as an action.`);return}
let outcome=await response.json().catch(()=>({}));if(!response.ok){report("app","form",`${url.pathname} refused: ${outcome.error || response.status}.`);return}
setEdited(false);if(outcome.location)load(outcome.location);else if(outcome.reload||outcome.live===false)reload()}
function setHead(tags){let before=[...document.head.querySelectorAll("[data-wh]")];for(let[tag,attributes,text]of tags){if(tag==="title"){document.title=text||"";continue}
let element=document.createElement(tag);element.setAttribute("data-wh","");for(let[name,value]of Object.entries(attributes)){if(value!==null&&value!==false)element.setAttribute(name,value===true?"":value)}
if(tag==="style"){element.setAttribute("nonce","");element.nonce=document.scripts[0].nonce}
if(text)element.textContent=text;let same=before.findIndex(old=>old.isEqualNode(element));if(same>=0)before.splice(same,1);else document.head.append(element)}
for(let element of before)if(element.localName!=="title")element.remove()}
function morph(parent,first,end,fresh){let work=[[parent,first,end,fresh]];let choices=[];for(let task;(task=work.pop());){for(let[old,replacement]of pairChildren(...task)){if(old instanceof Element&&replacement instanceof Element){let changed=isField(old)&&isChanged(old);if(changed&&old instanceof HTMLSelectElement){choices.push([old,new Set([...old.selectedOptions].map(option=>option.value))])}
morphAttributes(old,replacement,changed);if(old instanceof HTMLTextAreaElement)morphTextArea(old,replacement,changed);else if(!isBeingWritten(old))work.push([old,old.firstChild,null,replacement])}else if(old.nodeValue!==replacement.nodeValue)old.nodeValue=replacement.nodeValue}}
for(let[select,values]of choices){for(let option of select.options)option.selected=values.has(option.value)}}
function isBeingWritten(element){return element===document.activeElement&&(element).isContentEditable}
function keyOf(node){if(!(node instanceof Element))return null;if(node.id)return `#${node.id}`;return isField(node)&&node.name?`${node.localName} ${node.type} ${node.name} ${optionOf(node)}`:null}
function optionOf(field){return field.type==="radio"||field.type==="checkbox"?field.getAttribute("value"):""}
function pairChildren(parent,first,end,fresh){let keyed=new Map();for(let node=first;node&&node!==end;node=node.nextSibling){let key=keyOf(node);if(key!==null&&!keyed.has(key))keyed.set(key,node)}
let wanted=new Set();for(let node of fresh.childNodes){let key=keyOf(node);if(key!==null)wanted.add(key)}
let pairs=[];let cursor=first;for(let node of[...fresh.childNodes]){let key=keyOf(node);let match=(key!==null&&keyed.get(key))||null;if(match&&match.nodeName!==node.nodeName)match=null;if(match&&key!==null)keyed.delete(key);else if(key===null)match=nextLike(node,cursor,end);if(!match){parent.insertBefore(document.importNode(node,true),cursor||end);continue}
if(isEndMarker(match)){while(cursor&&cursor!==match&&!isWanted(cursor,wanted))cursor=removed(cursor)}
if(match===cursor)cursor=cursor.nextSibling;else if(cursor||end)move(parent,match,match,(cursor||end));else parent.appendChild(match);pairs.push([match,node])}
while(cursor&&cursor!==end)cursor=removed(cursor);return pairs}
function removed(node){let next=node.nextSibling;node.remove();return next}
function isWanted(node,wanted){let key=keyOf(node);return key!==null&&wanted.has(key)}
function isEndMarker(node){return node instanceof Comment&&node.data==="/"}
function isStartMarker(node){return node instanceof Comment&&/^w\d/.test(node.data)}
function nextLike(node,cursor,end){let depth=0;for(let old=cursor;old&&old!==end;old=old.nextSibling){if(isEndMarker(old)){if(depth===0)return isEndMarker(node)?old:null;depth--}else{let starts=isStartMarker(old);if(depth===0&&old.nodeName===node.nodeName&&starts===isStartMarker(node)&&keyOf(old)===null){if(!isEndMarker(node))return old}
if(starts)depth++}}
return null}
function morphAttributes(old,fresh,changed){let keepsOpen=old instanceof HTMLDetailsElement||old instanceof HTMLDialogElement;for(let{name}of[...old.attributes]){if(!fresh.hasAttribute(name)&&!(keepsOpen&&name==="open"))old.removeAttribute(name)}
for(let{name,value}of fresh.attributes){if(old.getAttribute(name)===value||(keepsOpen&&name==="open"))continue;if(name==="style"&&"style" in old)(old).style.cssText=value;else old.setAttribute(name,value)}
if(changed)return;if(old instanceof HTMLInputElement){if(old.checked!==old.defaultChecked)old.checked=old.defaultChecked;if(old.type!=="file"&&old.value!==old.defaultValue)old.value=old.defaultValue}else if(old instanceof HTMLOptionElement&&old.selected!==old.defaultSelected){let select=old.closest("select");if(!select||!isChanged(select))old.selected=old.defaultSelected}}
function morphTextArea(old,fresh,changed){let text=fresh.textContent||"";if(old.defaultValue===text)return;let typed=old.value;old.defaultValue=text;old.value=changed?typed:text}
let attached=false;let PAGE_OPS={[20]:(id,limits)=>{welcome(id,limits);if(!attached)reportTyped();attached=true},[21]:(html,title)=>merge(html,title),[22]:push,[23]:go,[24]:load,[25]:setHead,[26]:routing=>document.documentElement.toggleAttribute("data-wayfare-routing",routing),[27]:(code,text)=>report("app",code,text),[28]:reload,[29]:()=>{},[30]:setGuard,};function apply(ops,ack){beginFrame(ack);let built=false;for(let op of ops){let pageOp=PAGE_OPS[op[0]];if(pageOp)pageOp(...op.slice(1));else applyPatch(op);if(op[0]===5)watchTemplate(op[2]);built||=op[0]===3||op[0]===4}
if(built)choose();endFrame();arrive()}
function merge(html,title){forgetTemplates();forgetTyping();forgetWaiting();let root=placeOf(1,Slot);let parent=(root.start.parentNode);let after=(root.end.nextSibling);morph(parent,root.start,after,parse(html,namespaceIn(parent)));if(title)document.title=title;read();reportTyped()}
function read(){let problems=scan(document.body);if(problems.length){let which=problems.slice(0,5).join(", ");report("app","html",`The browser has moved ${which}. Has a table its tbody?`)}
watch();choose()}
function boot(){let meta=(document.querySelector('meta[name="wayfare"]'));if(!meta)return;let{socket="/_wayfare/socket",base="",actionBase="/_server",links="all",preload}=meta.dataset;let url=new URL(socket,document.baseURI);url.protocol=url.protocol==="https:"?"wss:":"ws:";read();startEvents();startNavigation({base,links:(links),preload:preload!=="none"});startForms(actionBase);start({url:url.href,page:meta.content,historyState,apply,flush})}
boot();