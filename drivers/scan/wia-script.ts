// The helper for Windows: a PowerShell script over the WIA Automation library (COM), one order a run, JSON lines both ways.
// It judges nothing and shows no window. UNVERIFIED: it has never run on a real Windows.

/**
 * Property numbers (wiadef.h): 3086 document handling capabilities, 3088 document handling select, 3096 pages,
 * 6146 intent, 6147/6148 resolution, 6149/6150 position, 6151/6152 extent in pixels. A property that a driver does not
 * have is left alone. WIA Automation gives one image a Transfer; with pages set to 1 the feeder gives one side after
 * the other, front before back.
 */
export const WIA_SCRIPT = `
$ErrorActionPreference = 'Stop'
$utf8 = New-Object System.Text.UTF8Encoding($false)
$out = New-Object System.IO.StreamWriter([Console]::OpenStandardOutput(), $utf8)
$in = New-Object System.IO.StreamReader([Console]::OpenStandardInput(), $utf8)
function Say($fact) { $out.WriteLine((ConvertTo-Json -InputObject $fact -Compress -Depth 4)); $out.Flush() }
function PropertyOf($owner, $id) {
  foreach ($p in $owner.Properties) { if ($p.PropertyID -eq $id) { return $p } }
  return $null
}
function Put($owner, $id, $value) {
  $p = PropertyOf $owner $id
  if ($null -ne $p -and -not $p.IsReadOnly) { $p.Value = $value }
}
function Named($owner, $name) {
  foreach ($p in $owner.Properties) { if ($p.Name -eq $name) { return [string]$p.Value } }
  return ''
}
function DeviceOf($id) {
  foreach ($info in $manager.DeviceInfos) { if ($info.DeviceID -eq $id) { return $info.Connect() } }
  throw (New-Object System.Runtime.InteropServices.COMException('absent', -2145320939))
}
try {
  $order = $in.ReadLine() | ConvertFrom-Json
  $manager = New-Object -ComObject WIA.DeviceManager
  if ($order.do -eq 'list') {
    foreach ($info in $manager.DeviceInfos) {
      if ($info.Type -ne 1) { continue }
      Say @{ say = 'device'; id = [string]$info.DeviceID; name = (Named $info 'Name'); port = (Named $info 'Port') }
    }
  }
  if ($order.do -eq 'look') {
    $device = DeviceOf $order.device
    $handling = PropertyOf $device 3086
    $can = 2
    if ($null -ne $handling) { $can = [int]$handling.Value }
    $offered = @()
    $resolution = PropertyOf $device.Items.Item(1) 6147
    if ($null -ne $resolution) {
      if ($resolution.SubType -eq 2) { foreach ($v in $resolution.SubTypeValues) { $offered += [int]$v } }
      elseif ($resolution.SubType -eq 1) {
        foreach ($v in 75, 100, 150, 200, 240, 300, 400, 600) {
          if ($v -ge $resolution.SubTypeMin -and $v -le $resolution.SubTypeMax) { $offered += $v }
        }
      } else { $offered += [int]$resolution.Value }
    }
    Say @{ say = 'abilities'; handling = $can; dpi = @($offered) }
  }
  if ($order.do -eq 'scan') {
    $device = DeviceOf $order.device
    Put $device 3088 ([int]$order.handling)
    Put $device 3096 1
    $item = $device.Items.Item(1)
    Put $item 6146 ([int]$order.intent)
    Put $item 6147 ([int]$order.dpi)
    Put $item 6148 ([int]$order.dpi)
    Put $item 6149 0
    Put $item 6150 0
    foreach ($extent in @(@(6151, 210), @(6152, 297))) {
      $p = PropertyOf $item $extent[0]
      if ($null -eq $p) { continue }
      $wanted = [int][Math]::Round($extent[1] / 25.4 * $order.dpi)
      if ($p.SubType -eq 1 -and $wanted -gt $p.SubTypeMax) { $wanted = $p.SubTypeMax }
      $p.Value = $wanted
    }
    $jpeg = '{B96B3CAE-0728-11D3-9D7B-0000F81EF32E}'
    $number = 0
    while ($true) {
      Say @{ say = 'alive' }
      $image = $item.Transfer($jpeg)
      if ($image.FormatID -ne $jpeg) {
        $process = New-Object -ComObject WIA.ImageProcess
        $process.Filters.Add($process.FilterInfos.Item('Convert').FilterID)
        $process.Filters.Item(1).Properties.Item('FormatID').Value = $jpeg
        $process.Filters.Item(1).Properties.Item('Quality').Value = 90
        $image = $process.Apply($image)
      }
      $number += 1
      $image.SaveFile((Join-Path $order.folder ([string]$number + '.jpg')))
      Say @{ say = 'page'; number = $number }
      if ($order.handling -eq 2) { break }
      $line = $in.ReadLine()
      if ($null -eq $line) { exit 0 }
    }
  }
  Say @{ say = 'end' }
} catch {
  Say @{ say = 'error'; code = [int]$_.Exception.GetBaseException().HResult }
}
`

/** The arguments for powershell.exe: the script goes in as one word (UTF-16LE, base64), no file of it lies anywhere. */
export const powershellArguments = (script: string): readonly string[] => [
  '-NoLogo',
  '-NoProfile',
  '-NonInteractive',
  '-ExecutionPolicy',
  'Bypass',
  '-EncodedCommand',
  Buffer.from(script, 'utf16le').toString('base64'),
]
