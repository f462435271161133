// Compares a signed revision of a document with the file as it stands now, object by object. What a later signature, time
// stamp or document security store needs is allowed; everything else is named.
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;

final class Changes {
  /** Looked at apart, or allowed to grow by signing. */
  private static final Set<String> CATALOG = Set.of("AcroForm", "Pages", "DSS", "Extensions", "Version");
  private static final Set<String> FORM = Set.of("Fields", "SigFlags");
  private static final Set<String> PAGE = Set.of("Annots", "Parent", "Resources", "MediaBox", "CropBox", "Rotate");
  private static final String[] INHERITED = {"Resources", "MediaBox", "CropBox", "Rotate"};

  private final Print before;
  private final Print after;

  private Changes(PDDocument before, PDDocument after) {
    this.before = new Print(before);
    this.after = new Print(after);
  }

  /** The first place where they differ, or null. */
  static String find(PDDocument old, PDDocument now) {
    Changes changes = new Changes(old, now);
    COSDictionary catalog = old.getDocumentCatalog().getCOSObject();
    COSDictionary newer = now.getDocumentCatalog().getCOSObject();
    String where = changes.inDictionary(catalog, newer, CATALOG, "catalog");
    if (where != null) return where;
    if (old.getNumberOfPages() != now.getNumberOfPages()) return "number of pages";
    for (int at = 0; at < old.getNumberOfPages(); at++) {
      where = changes.inPage(old.getPage(at), now.getPage(at));
      if (where != null) return "page " + (at + 1) + ", " + where;
    }
    return changes.inForm(dictionary(catalog, "AcroForm"), dictionary(newer, "AcroForm"));
  }

  private static COSDictionary dictionary(COSDictionary of, String key) {
    COSBase found = of.getDictionaryObject(key);
    return found instanceof COSDictionary ? (COSDictionary) found : null;
  }

  private String inDictionary(COSDictionary old, COSDictionary now, Set<String> but, String name) {
    Set<String> keys = new TreeSet<>();
    old.keySet().forEach(key -> keys.add(key.getName()));
    now.keySet().forEach(key -> keys.add(key.getName()));
    keys.removeAll(but);
    for (String key : keys)
      if (!before.of(old.getDictionaryObject(key)).equals(after.of(now.getDictionaryObject(key)))) return name + " " + key;
    return null;
  }

  private String inPage(PDPage old, PDPage now) {
    String where = inDictionary(old.getCOSObject(), now.getCOSObject(), PAGE, "entry");
    if (where != null) return where;
    for (String key : INHERITED)
      if (!before.of(inherited(old, key)).equals(after.of(inherited(now, key)))) return key;
    List<COSDictionary> notes = dictionaries(old.getCOSObject().getDictionaryObject("Annots"));
    List<COSDictionary> newer = dictionaries(now.getCOSObject().getDictionaryObject("Annots"));
    if (newer.size() < notes.size()) return "an annotation is gone";
    for (int at = 0; at < newer.size(); at++) {
      COSDictionary one = newer.get(at);
      if (at >= notes.size()) {
        if (!isSignatureField(one)) return "a new annotation";
      } else if (!isEmptySignature(notes.get(at)) && !before.of(notes.get(at)).equals(after.of(one))) {
        return "annotation " + (at + 1);
      }
    }
    return null;
  }

  private static COSBase inherited(PDPage page, String key) {
    return org.apache.pdfbox.pdmodel.PDPageTree.getInheritableAttribute(page.getCOSObject(), COSName.getPDFName(key));
  }

  private String inForm(COSDictionary old, COSDictionary now) {
    if (now == null) return old == null ? null : "the form is gone";
    Map<String, COSDictionary> names = new HashMap<>();
    if (old != null) {
      String where = inDictionary(old, now, FORM, "form");
      if (where != null) return where;
      for (COSDictionary field : dictionaries(old.getDictionaryObject("Fields"))) names.put(nameOf(field), field);
    }
    Map<String, COSDictionary> newer = new HashMap<>();
    for (COSDictionary field : dictionaries(now.getDictionaryObject("Fields"))) {
      newer.put(nameOf(field), field);
      if (!names.containsKey(nameOf(field)) && !isSignatureField(field)) return "a new field";
    }
    for (Map.Entry<String, COSDictionary> entry : names.entrySet()) {
      COSDictionary field = newer.get(entry.getKey());
      if (field == null) return "a field is gone";
      if (!isEmptySignature(entry.getValue()) && !before.of(entry.getValue()).equals(after.of(field))) return "a field";
    }
    return null;
  }

  private static String nameOf(COSDictionary field) {
    COSBase name = field.getDictionaryObject("T");
    return name instanceof COSString ? ((COSString) name).getString() : "";
  }

  private static boolean isSignatureField(COSDictionary one) {
    return COSName.SIG.equals(one.getDictionaryObject(COSName.FT));
  }

  private static boolean isEmptySignature(COSDictionary one) {
    return isSignatureField(one) && one.getDictionaryObject(COSName.V) == null;
  }

  private static List<COSDictionary> dictionaries(COSBase list) {
    List<COSDictionary> all = new ArrayList<>();
    if (list instanceof COSArray)
      for (int at = 0; at < ((COSArray) list).size(); at++)
        if (((COSArray) list).getObject(at) instanceof COSDictionary)
          all.add((COSDictionary) ((COSArray) list).getObject(at));
    return all;
  }
}
