// Judges one signature of a file: what it covers, whether it holds, whose it is, what came after it.
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.encoders.Hex;

final class SignatureJudge {
  private final byte[] bytes;
  private final PDDocument document;
  private final ValidationData data;
  private final Paths paths;
  private final Map<Integer, PDDocument> revisions = new HashMap<>();

  SignatureJudge(byte[] bytes, PDDocument document, ValidationData data, Paths paths) {
    this.bytes = bytes;
    this.document = document;
    this.data = data;
    this.paths = paths;
  }

  void close() throws Exception {
    for (PDDocument revision : revisions.values()) if (revision != null) revision.close();
  }

  Map<String, Object> judge(PDSignatureField field, PDSignature signature) {
    boolean stamp = "ETSI.RFC3161".equals(signature.getSubFilter());
    int[] range = signature.getByteRange();
    Map<String, Object> verdict = new LinkedHashMap<>();
    verdict.put("field", field.getFullyQualifiedName());
    verdict.put("kind", stamp ? "timestamp" : "signature");
    verdict.put("subFilter", signature.getSubFilter());
    List<Object> numbers = new ArrayList<>();
    if (range != null) for (int number : range) numbers.add(number);
    verdict.put("range", numbers);
    verdict.put("signer", "");
    verdict.put("fingerprint", "");
    verdict.put("at", null);
    verdict.put("covers", "no");
    verdict.put("whole", false);
    verdict.put("digest", false);
    verdict.put("sound", false);
    verdict.put("ownCertificate", "missing");
    verdict.put("chain", "unknown");
    verdict.put("revocation", "unknown");
    verdict.put("vri", false);
    verdict.put("later", "other");
    verdict.put("timestamps", new ArrayList<>());
    verdict.put("trouble", null);
    try {
      Covered covered = cover(range, signature);
      verdict.put("whole", covered.end == bytes.length);
      verdict.put("covers", coversRevision(field, signature, covered.end));
      verdict.put("later", later(covered.end));
      verdict.put("vri", data.names(covered.contents, covered.cms));
      if (stamp) judgeStamp(covered, verdict);
      else judgeSignature(signature, covered, verdict);
      if (covered.hides) verdict.put("trouble", "something hides behind the CMS");
    } catch (Exception broken) {
      verdict.put("trouble", String.valueOf(broken.getMessage()));
    }
    return verdict;
  }

  private void judgeSignature(PDSignature signature, Covered covered, Map<String, Object> verdict) throws Exception {
    Cms cms = Cms.judge(covered.cms, covered.signed, paths);
    Calendar claimed = signature.getSignDate();
    Date at = claimed == null ? new Date(0) : claimed.getTime();
    List<X509Certificate> others = new ArrayList<>(cms.others);
    others.addAll(data.certificates());
    verdict.put("at", claimed == null ? null : at.toInstant().toString());
    verdict.put("digest", cms.digest);
    verdict.put("sound", cms.sound);
    verdict.put("ownCertificate", cms.ownCertificate);
    verdict.put("timestamps", cms.timestamps);
    judgeCertificate(cms.signer, others, at, verdict);
  }

  private void judgeStamp(Covered covered, Map<String, Object> verdict) throws Exception {
    TimeStampToken token = new TimeStampToken(new CMSSignedData(covered.cms));
    Map<String, Object> found = Cms.judgeToken(token, covered.signed, paths);
    List<X509Certificate> others = Cms.certificatesOf(token.getCertificates());
    X509Certificate authority = Cms.find(others, token.getSID());
    others.addAll(data.certificates());
    verdict.put("at", found.get("at"));
    verdict.put("digest", found.get("imprint"));
    verdict.put("sound", found.get("sound"));
    verdict.put("ownCertificate", found.get("complaint") == null ? "matches" : "differs");
    verdict.put("trouble", found.get("complaint"));
    judgeCertificate(authority, others, token.getTimeStampInfo().getGenTime(), verdict);
  }

  private void judgeCertificate(X509Certificate one, List<X509Certificate> others, Date at, Map<String, Object> verdict)
      throws Exception {
    verdict.put("signer", Cms.commonName(one));
    verdict.put("fingerprint", Hex.toHexString(Cms.digestOf("SHA-256", one.getEncoded())));
    boolean[] usage = one.getKeyUsage();
    boolean maySign = usage == null || usage[0] || usage[1];
    verdict.put("chain", maySign ? paths.judge(one, others, at) : "the key may not sign");
    verdict.put("revocation", data.statusOf(one, paths.issuerOf(one, others)));
  }

  private static final class Covered {
    int end;
    byte[] signed;
    byte[] contents;
    byte[] cms;
    boolean hides;
  }

  /** The gap of the byte range is exactly the hexadecimal string that /Contents was read from. */
  private Covered cover(int[] range, PDSignature signature) throws Exception {
    if (range == null || range.length != 4 || range[0] != 0) throw new IllegalArgumentException("no byte range");
    long end = (long) range[2] + range[3];
    if (range[1] < 0 || range[3] < 0 || range[2] <= range[1] + 1 || end > bytes.length)
      throw new IllegalArgumentException("the byte range is not of this file");
    if (bytes[range[1]] != '<' || bytes[range[2] - 1] != '>') throw new IllegalArgumentException("no string in the gap");
    Covered covered = new Covered();
    covered.end = (int) end;
    for (int at = range[1] + 1; at < range[2] - 1; at++)
      if (Character.digit(bytes[at], 16) < 0) throw new IllegalArgumentException("not only digits in the gap");
    covered.contents = Hex.decode(new String(bytes, range[1] + 1, range[2] - range[1] - 2, StandardCharsets.US_ASCII));
    byte[] read = signature.getContents();
    if (read == null || !Arrays.equals(read, covered.contents))
      throw new IllegalArgumentException("the gap is not where /Contents stands");
    ByteArrayInputStream rest = new ByteArrayInputStream(covered.contents);
    try (ASN1InputStream input = new ASN1InputStream(rest)) {
      input.readObject();
      covered.cms = Arrays.copyOf(covered.contents, covered.contents.length - rest.available());
      for (int one = rest.read(); one >= 0; one = rest.read()) covered.hides |= one != 0;
    }
    covered.signed = new byte[range[1] + range[3]];
    System.arraycopy(bytes, 0, covered.signed, 0, range[1]);
    System.arraycopy(bytes, range[2], covered.signed, range[1], range[3]);
    return covered;
  }

  private PDDocument revision(int end) {
    return revisions.computeIfAbsent(end, length -> {
      try {
        return PDDocument.load(Arrays.copyOf(bytes, length));
      } catch (Exception broken) {
        return null;
      }
    });
  }

  private static boolean endsAsFile(byte[] bytes, int end) {
    String tail = new String(bytes, Math.max(0, end - 7), Math.min(end, 7), StandardCharsets.ISO_8859_1);
    return tail.stripTrailing().endsWith("%%EOF");
  }

  /** `yes` when the covered bytes are a whole file that holds this very signature. */
  private String coversRevision(PDSignatureField field, PDSignature signature, int end) throws Exception {
    if (!endsAsFile(bytes, end)) return "it ends in the middle";
    PDDocument revision = end == bytes.length ? document : revision(end);
    if (revision == null) return "its revision cannot be read";
    for (PDSignatureField one : revision.getSignatureFields())
      if (one.getSignature() != null
          && one.getFullyQualifiedName().equals(field.getFullyQualifiedName())
          && Arrays.equals(one.getSignature().getContents(), signature.getContents())) return "yes";
    return "its revision does not hold it";
  }

  /** `none`, `signature-only` (signatures, time stamps, validation data), `other`, or `other: ` and where. */
  private String later(int end) {
    if (end == bytes.length) return "none";
    String rest = new String(bytes, end, bytes.length - end, StandardCharsets.ISO_8859_1);
    if (rest.isBlank()) return "none";
    if (!endsAsFile(bytes, bytes.length) || !rest.contains("startxref")) return "other: behind the end";
    PDDocument revision = revision(end);
    if (revision == null) return "other: unreadable";
    String where = Changes.find(revision, document);
    return where == null ? "signature-only" : "other: " + where;
  }
}
