// A digest of everything that can be reached from an object of a PDF, the same for the same content whatever the numbers of
// its objects. Pages that are met on the way count by their place only.
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSBoolean;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSNumber;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.bouncycastle.util.encoders.Hex;

final class Print {
  private final Map<COSBase, Integer> pages = new IdentityHashMap<>();

  Print(PDDocument document) {
    for (int at = 0; at < document.getNumberOfPages(); at++) pages.put(document.getPage(at).getCOSObject(), at);
  }

  String of(COSBase object) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, object, new IdentityHashMap<>(), true);
      return Hex.toHexString(digest.digest());
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }

  private void add(MessageDigest digest, COSBase given, Map<COSBase, Integer> seen, boolean top) throws Exception {
    COSBase object = given instanceof COSObject ? ((COSObject) given).getObject() : given;
    if (object instanceof COSDictionary || object instanceof COSArray) {
      Integer page = pages.get(object);
      if (page != null && !top) {
        say(digest, "page " + page);
        return;
      }
      Integer before = seen.putIfAbsent(object, seen.size());
      if (before != null) {
        say(digest, "again " + before);
        return;
      }
    }
    if (object instanceof COSDictionary) addDictionary(digest, (COSDictionary) object, seen);
    else if (object instanceof COSArray) {
      say(digest, "[" + ((COSArray) object).size());
      for (int at = 0; at < ((COSArray) object).size(); at++) add(digest, ((COSArray) object).get(at), seen, false);
    } else if (object instanceof COSString) {
      say(digest, "string " + ((COSString) object).toHexString());
    } else if (object instanceof COSName) {
      say(digest, "name " + ((COSName) object).getName());
    } else if (object instanceof COSNumber) {
      say(digest, "number " + ((COSNumber) object).floatValue());
    } else if (object instanceof COSBoolean) {
      say(digest, "truth " + ((COSBoolean) object).getValue());
    } else {
      say(digest, "null");
    }
  }

  private void addDictionary(MessageDigest digest, COSDictionary object, Map<COSBase, Integer> seen) throws Exception {
    Map<String, COSBase> sorted = new TreeMap<>();
    for (Map.Entry<COSName, COSBase> entry : object.entrySet()) sorted.put(entry.getKey().getName(), entry.getValue());
    if (object instanceof COSStream) sorted.remove("Length");
    say(digest, "<" + sorted.size());
    for (Map.Entry<String, COSBase> entry : sorted.entrySet()) {
      say(digest, entry.getKey());
      add(digest, entry.getValue(), seen, false);
    }
    if (!(object instanceof COSStream)) return;
    try (InputStream raw = ((COSStream) object).createRawInputStream()) {
      byte[] some = new byte[1 << 16];
      for (int length = raw.read(some); length > 0; length = raw.read(some)) digest.update(some, 0, length);
    }
    say(digest, "end");
  }

  private static void say(MessageDigest digest, String words) {
    digest.update(words.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
