// Builds the path of a certificate to one of the given roots by PKIX (RFC 5280), as it was at a given time. Revocation is
// not asked for here: ValidationData answers that from the file.
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

final class Paths {
  private final Set<TrustAnchor> anchors;

  Paths(List<X509Certificate> roots) {
    anchors = roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
  }

  /** `trusted`, or why not. A certificate that is itself given as a root is trusted. */
  String judge(X509Certificate certificate, Collection<X509Certificate> others, Date at) {
    if (anchors.isEmpty()) return "no root was given";
    if (anchors.stream().anyMatch(anchor -> anchor.getTrustedCert().equals(certificate))) return "trusted";
    try {
      X509CertSelector wanted = new X509CertSelector();
      wanted.setCertificate(certificate);
      PKIXBuilderParameters question = new PKIXBuilderParameters(anchors, wanted);
      question.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(others)));
      question.setRevocationEnabled(false);
      question.setDate(at);
      CertPathBuilder.getInstance("PKIX").build(question);
      return "trusted";
    } catch (GeneralSecurityException untrusted) {
      Throwable cause = untrusted.getCause() == null ? untrusted : untrusted.getCause();
      return String.valueOf(cause.getMessage());
    }
  }

  /** The certificate that issued this one, among the roots and the others; null when it is not there. */
  X509Certificate issuerOf(X509Certificate certificate, Collection<X509Certificate> others) {
    List<X509Certificate> all = anchors.stream().map(TrustAnchor::getTrustedCert).collect(Collectors.toList());
    all.addAll(others);
    for (X509Certificate candidate : all) {
      if (!candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) continue;
      try {
        certificate.verify(candidate.getPublicKey());
        return candidate;
      } catch (GeneralSecurityException another) {
        continue;
      }
    }
    return null;
  }
}
