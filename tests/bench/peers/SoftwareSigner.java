// Signs PDF files with a key from a file, as a stranger's program would before a paper reaches the counter: an approval
// signature, or a certification with DocMDP level 1, 2 or 3 (ISO 32000-1 12.8.2.2). Standard input: IN tab OUT tab LEVEL, level
// 0 for an approval; one line of answer each: OUT tab `ok` or the complaint. Options: key=PKCS8.der certificate=FILE.pem
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Calendar;
import java.util.List;
import java.util.TimeZone;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

public final class SoftwareSigner {
  private SoftwareSigner() {}

  public static void main(String[] options) throws Exception {
    System.setProperty("org.apache.commons.logging.Log", "org.apache.commons.logging.impl.NoOpLog");
    PrivateKey key = null;
    X509Certificate certificate = null;
    for (String option : options) {
      String value = option.substring(option.indexOf('=') + 1);
      if (option.startsWith("key=")) {
        byte[] der = Files.readAllBytes(Path.of(value));
        key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
      } else if (option.startsWith("certificate=")) {
        try (FileInputStream file = new FileInputStream(value)) {
          certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
        }
      }
    }
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    generator.addSignerInfoGenerator(
        new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(key), certificate));
    generator.addCertificates(new JcaCertStore(List.of(certificate)));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split("\t");
      String answer = "ok";
      try {
        sign(new File(words[0]), new File(words[1]), Integer.parseInt(words[2]), generator);
      } catch (Exception trouble) {
        answer = String.valueOf(trouble.getMessage());
      }
      out.println(words[1] + "\t" + answer);
    }
  }

  private static void sign(File in, File to, int level, CMSSignedDataGenerator generator) throws Exception {
    try (PDDocument document = PDDocument.load(in); OutputStream out = new FileOutputStream(to)) {
      PDSignature signature = new PDSignature();
      signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
      signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
      signature.setName("Công ty Mẫu");
      Calendar at = Calendar.getInstance(TimeZone.getTimeZone("GMT+7"));
      at.set(2026, Calendar.JUNE, 1, 9, 0, 0);
      signature.setSignDate(at);
      if (level > 0) certify(document, signature, level);
      document.setDocumentId(1L);
      document.addSignature(signature, content ->
          encoded(generator, content.readAllBytes()));
      document.saveIncremental(out);
    }
  }

  private static byte[] encoded(CMSSignedDataGenerator generator, byte[] content) {
    try {
      return generator.generate(new CMSProcessableByteArray(content), false).getEncoded();
    } catch (Exception trouble) {
      throw new IllegalStateException(trouble);
    }
  }

  private static void certify(PDDocument document, PDSignature signature, int level) {
    COSDictionary parameters = new COSDictionary();
    parameters.setItem(COSName.TYPE, COSName.getPDFName("TransformParams"));
    parameters.setInt("P", level);
    parameters.setName("V", "1.2");
    parameters.setDirect(true);
    COSDictionary reference = new COSDictionary();
    reference.setItem(COSName.TYPE, COSName.getPDFName("SigRef"));
    reference.setItem("TransformMethod", COSName.getPDFName("DocMDP"));
    reference.setItem("TransformParams", parameters);
    reference.setDirect(true);
    COSArray references = new COSArray();
    references.add(reference);
    references.setDirect(true);
    signature.getCOSObject().setItem("Reference", references);
    COSDictionary permissions = new COSDictionary();
    permissions.setItem("DocMDP", signature.getCOSObject());
    permissions.setDirect(true);
    document.getDocumentCatalog().getCOSObject().setItem("Perms", permissions);
    document.getDocumentCatalog().getCOSObject().setNeedToBeUpdated(true);
  }
}
