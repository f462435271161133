// Writes maps, lists, texts, numbers, truth values and null as JSON (RFC 8259).
import java.util.Collection;
import java.util.Map;

final class Json {
  private Json() {}

  static String write(Object value) {
    StringBuilder out = new StringBuilder();
    append(out, value);
    return out.toString();
  }

  private static void append(StringBuilder out, Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof Map) {
      String gap = "{";
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        out.append(gap);
        text(out, String.valueOf(entry.getKey()));
        out.append(':');
        append(out, entry.getValue());
        gap = ",";
      }
      out.append(gap.equals("{") ? "{}" : "}");
    } else if (value instanceof Collection) {
      String gap = "[";
      for (Object item : (Collection<?>) value) {
        out.append(gap);
        append(out, item);
        gap = ",";
      }
      out.append(gap.equals("[") ? "[]" : "]");
    } else {
      text(out, String.valueOf(value));
    }
  }

  private static void text(StringBuilder out, String text) {
    out.append('"');
    for (char letter : text.toCharArray()) {
      if (letter == '"' || letter == '\\') out.append('\\').append(letter);
      else if (letter < 0x20 || Character.isSurrogate(letter)) out.append(String.format("\\u%04x", (int) letter));
      else out.append(letter);
    }
    out.append('"');
  }
}
