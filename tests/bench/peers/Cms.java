// Judges a CMS signature (RFC 5652) with the attributes that CAdES asks for (ETSI EN 319 122-1), and time-stamp tokens (RFC 3161).
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Selector;
import org.bouncycastle.util.Store;

final class Cms {
  private static final BouncyCastleProvider BC = new BouncyCastleProvider();

  X509Certificate signer;
  List<X509Certificate> others = new ArrayList<>();
  boolean digest;
  boolean sound;
  String ownCertificate = "missing";
  List<Map<String, Object>> timestamps = new ArrayList<>();

  static List<X509Certificate> certificatesOf(Store<X509CertificateHolder> store) throws Exception {
    List<X509Certificate> all = new ArrayList<>();
    for (X509CertificateHolder holder : store.getMatches(null))
      all.add((X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
    return all;
  }

  static Cms judge(byte[] der, byte[] signed, Paths paths) throws Exception {
    Cms cms = new Cms();
    CMSSignedData data = new CMSSignedData(new CMSProcessableByteArray(signed), der);
    cms.others = certificatesOf(data.getCertificates());
    Collection<SignerInformation> signers = data.getSignerInfos().getSigners();
    if (signers.size() != 1) throw new IllegalArgumentException(signers.size() + " signers");
    SignerInformation info = signers.iterator().next();
    cms.signer = find(cms.others, info.getSID());
    cms.digest = Arrays.equals(written(info), digestOf(info.getDigestAlgOID(), signed));
    cms.sound = info.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider(BC).build(cms.signer.getPublicKey()));
    cms.ownCertificate = ownCertificate(info.getSignedAttributes(), cms.signer);
    AttributeTable unsigned = info.getUnsignedAttributes();
    Attribute stamps = unsigned == null ? null : unsigned.get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
    if (stamps != null)
      for (ASN1Encodable value : stamps.getAttrValues()) {
        TimeStampToken token = new TimeStampToken(ContentInfo.getInstance(value));
        cms.timestamps.add(judgeToken(token, info.getSignature(), paths));
      }
    return cms;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static X509Certificate find(List<X509Certificate> all, Selector wanted) throws Exception {
    for (X509Certificate one : all) if (wanted.match(new JcaX509CertificateHolder(one))) return one;
    throw new IllegalArgumentException("the signer's certificate is not in the CMS");
  }

  static byte[] digestOf(String algorithm, byte[] bytes) throws Exception {
    return MessageDigest.getInstance(algorithm, BC).digest(bytes);
  }

  private static byte[] written(SignerInformation info) {
    AttributeTable signed = info.getSignedAttributes();
    Attribute attribute = signed == null ? null : signed.get(CMSAttributes.messageDigest);
    return attribute == null ? null : ASN1OctetString.getInstance(attribute.getAttrValues().getObjectAt(0)).getOctets();
  }

  /** RFC 5035: the first identifier of signing-certificate-v2 is the signer's, by hash, and by issuer and serial where given. */
  private static String ownCertificate(AttributeTable signed, X509Certificate signer) throws Exception {
    Attribute attribute = signed == null ? null : signed.get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
    if (attribute == null) return "missing";
    ESSCertIDv2 id = SigningCertificateV2.getInstance(attribute.getAttrValues().getObjectAt(0)).getCerts()[0];
    byte[] hash = digestOf(id.getHashAlgorithm().getAlgorithm().getId(), signer.getEncoded());
    if (!Arrays.equals(hash, id.getCertHash())) return "differs";
    boolean serial = id.getIssuerSerial() == null
        || id.getIssuerSerial().getSerial().getValue().equals(signer.getSerialNumber());
    return serial ? "matches" : "differs";
  }

  /** What a token says of these bytes; `sound` is the imprint, the signature and the purpose of the certificate together. */
  static Map<String, Object> judgeToken(TimeStampToken token, byte[] stamped, Paths paths) throws Exception {
    List<X509Certificate> all = certificatesOf(token.getCertificates());
    X509Certificate authority = find(all, token.getSID());
    Date at = token.getTimeStampInfo().getGenTime();
    byte[] imprint = digestOf(token.getTimeStampInfo().getMessageImprintAlgOID().getId(), stamped);
    boolean imprinted = Arrays.equals(imprint, token.getTimeStampInfo().getMessageImprintDigest());
    String complaint = null;
    try {
      // RFC 3161: certificate for time stamping only, ESS identifier, validity at the time, signature
      token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider(BC).build(authority));
    } catch (Exception invalid) {
      complaint = invalid.getMessage();
    }
    Map<String, Object> verdict = new LinkedHashMap<>();
    verdict.put("authority", commonName(authority));
    verdict.put("at", at.toInstant().toString());
    verdict.put("imprint", imprinted);
    verdict.put("sound", imprinted && complaint == null);
    verdict.put("complaint", complaint);
    verdict.put("chain", paths.judge(authority, all, at));
    return verdict;
  }

  static String commonName(X509Certificate certificate) throws Exception {
    var names = new JcaX509CertificateHolder(certificate).getSubject().getRDNs(BCStyle.CN);
    return names.length == 0 ? "" : IETFUtils.valueToString(names[0].getFirst().getValue());
  }
}
