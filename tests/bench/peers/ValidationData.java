// What the document security store (DSS, ETSI EN 319 142-1 5.4) of a file holds, and what it says of a certificate.
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.encoders.Hex;

final class ValidationData {
  private boolean here = false;
  private final List<X509Certificate> certificates = new ArrayList<>();
  private final List<BasicOCSPResp> answers = new ArrayList<>();
  private final List<X509CRLHolder> lists = new ArrayList<>();
  private final Set<String> signatures = new HashSet<>();
  private int unreadable = 0;

  static ValidationData read(PDDocument document) {
    ValidationData data = new ValidationData();
    COSBase store = document.getDocumentCatalog().getCOSObject().getDictionaryObject("DSS");
    if (!(store instanceof COSDictionary)) return data;
    data.here = true;
    COSDictionary dss = (COSDictionary) store;
    data.each(dss, "Certs", bytes ->
        data.certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(bytes))));
    data.each(dss, "OCSPs", bytes -> data.answers.add((BasicOCSPResp) new OCSPResp(bytes).getResponseObject()));
    data.each(dss, "CRLs", bytes -> data.lists.add(new X509CRLHolder(bytes)));
    COSBase vri = dss.getDictionaryObject("VRI");
    if (vri instanceof COSDictionary)
      for (COSName key : ((COSDictionary) vri).keySet()) data.signatures.add(key.getName().toUpperCase(Locale.ROOT));
    return data;
  }

  private interface Reader {
    void read(byte[] bytes) throws Exception;
  }

  private void each(COSDictionary dss, String key, Reader reader) {
    COSBase found = dss.getDictionaryObject(key);
    if (!(found instanceof COSArray)) return;
    for (int at = 0; at < ((COSArray) found).size(); at++) {
      COSBase item = ((COSArray) found).getObject(at);
      try (InputStream bytes = ((COSStream) item).createInputStream()) {
        reader.read(bytes.readAllBytes());
      } catch (Exception broken) {
        unreadable++;
      }
    }
  }

  /** Null when the file has no such store. */
  Map<String, Object> counts() {
    if (!here) return null;
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("certificates", certificates.size());
    counts.put("ocsp", answers.size());
    counts.put("crl", lists.size());
    counts.put("vri", signatures.size());
    counts.put("unreadable", unreadable);
    return counts;
  }

  List<X509Certificate> certificates() {
    return certificates;
  }

  /** Whether /VRI names this signature: SHA-1 of /Contents, with or without the zeros behind the CMS. */
  boolean names(byte[] contents, byte[] cms) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-1");
    return signatures.contains(Hex.toHexString(digest.digest(contents)).toUpperCase(Locale.ROOT))
        || signatures.contains(Hex.toHexString(digest.digest(cms)).toUpperCase(Locale.ROOT));
  }

  /** `good`, `revoked`, or `unknown` when nothing in the file that its issuer answers for speaks of it. */
  String statusOf(X509Certificate certificate, X509Certificate issuer) {
    if (issuer == null) return "unknown";
    String status = "unknown";
    for (BasicOCSPResp answer : answers) {
      try {
        if (!isOf(answer, issuer)) continue;
        for (SingleResp one : answer.getResponses()) {
          DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();
          if (!one.getCertID().getSerialNumber().equals(certificate.getSerialNumber())) continue;
          if (!one.getCertID().matchesIssuer(new JcaX509CertificateHolder(issuer), digests)) continue;
          if (one.getCertStatus() != CertificateStatus.GOOD) return "revoked";
          status = "good";
        }
      } catch (Exception unreadableAnswer) {
        continue;
      }
    }
    for (X509CRLHolder list : lists) {
      try {
        JcaX509CertificateHolder holder = new JcaX509CertificateHolder(issuer);
        if (!list.getIssuer().equals(holder.getSubject())) continue;
        if (!list.isSignatureValid(new JcaContentVerifierProviderBuilder().build(holder))) continue;
        if (list.getRevokedCertificate(certificate.getSerialNumber()) != null) return "revoked";
        status = "good";
      } catch (Exception unreadableList) {
        continue;
      }
    }
    return status;
  }

  /** Signed by the issuer, or by a responder whose certificate the issuer signed (RFC 6960 4.2.2.2). */
  private static boolean isOf(BasicOCSPResp answer, X509Certificate issuer) throws Exception {
    JcaX509CertificateHolder holder = new JcaX509CertificateHolder(issuer);
    if (answer.isSignatureValid(new JcaContentVerifierProviderBuilder().build(holder))) return true;
    for (X509CertificateHolder responder : answer.getCerts())
      if (responder.isSignatureValid(new JcaContentVerifierProviderBuilder().build(holder))
          && answer.isSignatureValid(new JcaContentVerifierProviderBuilder().build(responder))) return true;
    return false;
  }
}
