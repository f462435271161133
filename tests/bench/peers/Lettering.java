// The faces of the two signatures: Vietnamese text in a font cut down once to the letters that occur, a block of 37 × 37 dots
// like a QR code, and a red square for the seal.
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

final class Lettering {
  static final String SEAL = "0.8 0.08 0.12 RG 3 w 2 2 82 82 re S 20 20 46 46 re S";
  private static final int DOTS = 37;
  private static final String[] LINES = {
    "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH",
    "Số chứng thực: %06d  Quyển số: 01/2026-SCT/BS",
    "Ngày 21 tháng 11 năm 2026",
    "Tại: UBND Phường Mẫu",
    "Người ký: Nguyễn Văn Đức - Phó Chủ tịch",
    "Ký số theo Nghị định 23/2015/NĐ-CP",
  };

  private final Map<Integer, String> codes = new HashMap<>();
  private final PDDocument source;
  private final COSDictionary font;

  Lettering(byte[] file) throws IOException {
    ByteArrayOutputStream cut = new ByteArrayOutputStream();
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage();
      document.addPage(page);
      PDType0Font whole = PDType0Font.load(document, new ByteArrayInputStream(file), true);
      String letters = letters();
      try (PDPageContentStream content = new PDPageContentStream(document, page)) {
        content.beginText();
        content.setFont(whole, 8);
        content.showText(letters);
        content.endText();
      }
      for (int letter : letters.codePoints().distinct().toArray()) {
        byte[] code = whole.encode(new String(Character.toChars(letter)));
        codes.put(letter, String.format("%02x%02x", code[0], code[1]));
      }
      document.save(cut);
    }
    source = PDDocument.load(cut.toByteArray());
    COSDictionary resources = source.getPage(0).getResources().getCOSObject();
    COSDictionary fonts = (COSDictionary) resources.getDictionaryObject(COSName.FONT);
    font = (COSDictionary) fonts.getDictionaryObject(fonts.keySet().iterator().next());
  }

  /** A copy of the font for one document; its streams are copied as they are. */
  COSBase putInto(PDDocument document) throws IOException {
    return copy(font, document);
  }

  private static COSBase copy(COSBase given, PDDocument document) throws IOException {
    COSBase object = given instanceof COSObject ? ((COSObject) given).getObject() : given;
    if (object instanceof COSArray) {
      COSArray array = new COSArray();
      for (COSBase one : (COSArray) object) array.add(copy(one, document));
      array.setDirect(true);
      return array;
    }
    if (!(object instanceof COSDictionary)) return object;
    COSDictionary fresh;
    if (object instanceof COSStream) {
      COSStream stream = document.getDocument().createCOSStream();
      try (InputStream in = ((COSStream) object).createRawInputStream(); OutputStream out = stream.createRawOutputStream()) {
        in.transferTo(out);
      }
      fresh = stream;
    } else {
      fresh = new COSDictionary();
    }
    for (Map.Entry<COSName, COSBase> entry : ((COSDictionary) object).entrySet())
      fresh.setItem(entry.getKey(), copy(entry.getValue(), document));
    return fresh;
  }

  /** Every letter that occurs. */
  static String letters() {
    return "0123456789" + String.join("", LINES).replace("%06d", "");
  }

  static String[] lines(int number) {
    String[] lines = LINES.clone();
    lines[1] = String.format(lines[1], number);
    return lines;
  }

  String attestation(int number) {
    StringBuilder face = new StringBuilder("0.75 0.05 0.1 rg 1 1 328 1 re f\nBT /F 8.5 Tf 12 TL 100 94 Td\n");
    for (String line : lines(number)) {
      face.append('<');
      line.codePoints().forEach(letter -> face.append(codes.get(letter)));
      face.append("> Tj T*\n");
    }
    face.append("ET\n0 g q 84 0 0 84 8 12 cm\nBI /W 37 /H 37 /BPC 1 /IM true /F /AHx ID\n");
    Random random = new Random(number);
    for (int row = 0; row < DOTS; row++)
      for (int eight = 0; eight < (DOTS + 7) / 8; eight++) face.append(String.format("%02x", random.nextInt(256)));
    return face.append(">\nEI Q").toString();
  }
}
